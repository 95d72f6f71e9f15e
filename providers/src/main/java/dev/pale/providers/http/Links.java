package dev.pale.providers.http;

import dev.pale.secrets.PaleException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Links that a service gives, such as those to the next page. */
public final class Links {
  private static final int MOST_CHARACTERS = 8192;

  private Links() {}

  /**
   * The path and query of a link that stays on its origin.
   *
   * @param url absolute, or a path that starts with one {@code /}
   * @return what {@link HttpCall#of} takes as its target
   * @throws PaleException 605 for a link to anywhere else, and for what is none
   */
  public static String sameOrigin(Origin origin, String url) {
    URI uri;
    try {
      uri = new URI(url.length() > MOST_CHARACTERS ? "" : url);
    } catch (URISyntaxException e) {
      throw refused(origin, "it is no URL");
    }
    if (uri.getScheme() == null
        && uri.getRawAuthority() == null
        && url.startsWith("/")
        && !url.startsWith("//")) {
      return target(uri);
    }
    if (uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw refused(origin, "it is no URL");
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int port = uri.getPort() > 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    if (!scheme.equals(origin.scheme())
        || !uri.getHost().toLowerCase(Locale.ROOT).equals(origin.host())
        || port != origin.port()) {
      throw refused(origin, "it leads to another host, port or scheme");
    }
    return target(uri);
  }

  private static String target(URI uri) {
    String path = uri.getRawPath();
    String query = uri.getRawQuery();
    return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }

  private static PaleException refused(Origin origin, String why) {
    return PaleException.of(
        605,
        origin + " answers with a link that is not followed",
        why + "; credentials are not taken elsewhere",
        "");
  }
}
