package dev.pale.gateway.redact;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which fields of a response go on: none that speaks of the connection to the server (RFC 9110,
 * section 7.6.1), none that leads the client around the gateway, none that is wrong after the body
 * was decoded or changed.
 */
final class HeadCleaner {
  private static final int SWITCHING = 101;

  private HeadCleaner() {}

  /**
   * The fields that go on, values as they came.
   *
   * @param looking whether bodies are looked into
   */
  static Headers clean(ResponseHead head, boolean looking) {
    Headers from = head.headers();
    Headers to = new Headers();
    boolean hasBody = !(head.framing() instanceof Framing.None);
    boolean decoded = looking && decodes(head, hasBody);
    List<String> named = named(from);
    for (int i = 0; i < from.size(); i++) {
      String name = from.name(i);
      if (isOfTheHop(name)
          || leadsAround(name)
          || (looking && isWrongAfterChange(name))
          || (decoded && name.equalsIgnoreCase("content-encoding"))
          || ((hasBody || decoded) && name.equalsIgnoreCase("content-length"))
          || (named != null && isNamed(named, name))) {
        continue;
      }
      if (name.equalsIgnoreCase("upgrade")) {
        if (head.status() == SWITCHING) {
          to.add("Connection", "Upgrade");
          to.add(name, from.value(i));
        }
        continue;
      }
      to.add(name, from.value(i));
    }
    return to;
  }

  /** The trailer fields that could go on. */
  static Headers cleanTrailers(Headers from) {
    Headers to = new Headers();
    for (int i = 0; i < from.size(); i++) {
      String name = from.name(i);
      if (!isOfTheHop(name)
          && !leadsAround(name)
          && !isWrongAfterChange(name)
          && !name.equalsIgnoreCase("upgrade")
          && !name.equalsIgnoreCase("content-length")
          && !name.equalsIgnoreCase("content-encoding")) {
        to.add(name, from.value(i));
      }
    }
    return to;
  }

  /** Without a body an encoding that is not known does no harm, and stays. */
  private static boolean decodes(ResponseHead head, boolean hasBody) {
    if (!Codings.declared(head.headers())) {
      return false;
    }
    return hasBody || Codings.known(head.headers());
  }

  private static boolean isOfTheHop(String name) {
    return switch (name.length()) {
          case 2 -> name.equalsIgnoreCase("te");
          case 7 -> name.equalsIgnoreCase("trailer");
          case 10 -> name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive");
          case 14 -> name.equalsIgnoreCase("http2-settings");
          case 17 -> name.equalsIgnoreCase("transfer-encoding");
          default -> false;
        }
        || name.regionMatches(true, 0, "proxy-", 0, 6);
  }

  private static boolean leadsAround(String name) {
    return switch (name.length()) {
      case 7 -> name.equalsIgnoreCase("alt-svc");
      case 15 -> name.equalsIgnoreCase("public-key-pins");
      case 18 -> name.equalsIgnoreCase("alternate-protocol");
      case 27 -> name.equalsIgnoreCase("public-key-pins-report-only");
      default -> false;
    };
  }

  /**
   * Digests of the body: wrong once a value was replaced, and until then a way to test guesses of
   * it. An ETag stays as it is: it names the server's representation, which is what {@code
   * If-Match} must say, and taking a coding off is what the client would have done itself.
   */
  private static boolean isWrongAfterChange(String name) {
    return switch (name.length()) {
      case 6 -> name.equalsIgnoreCase("digest");
      case 11 -> name.equalsIgnoreCase("content-md5") || name.equalsIgnoreCase("repr-digest");
      case 13 -> name.equalsIgnoreCase("accept-ranges");
      case 14 -> name.equalsIgnoreCase("content-digest");
      default -> false;
    };
  }

  /** What {@code Connection} names beyond the usual; null when nothing. */
  private static @Nullable List<String> named(Headers headers) {
    List<String> named = null;
    for (int i = 0; i < headers.size(); i++) {
      if (!headers.is(i, "connection")) {
        continue;
      }
      String list = headers.value(i);
      if (list.equalsIgnoreCase("keep-alive") || list.equalsIgnoreCase("close")) {
        continue;
      }
      if (named == null) {
        named = new ArrayList<>(4);
      }
      int from = 0;
      while (from <= list.length()) {
        int comma = list.indexOf(',', from);
        int to = comma < 0 ? list.length() : comma;
        named.add(list.substring(from, to).strip());
        from = to + 1;
      }
    }
    return named;
  }

  private static boolean isNamed(List<String> named, String name) {
    for (String each : named) {
      if (each.equalsIgnoreCase(name)) {
        // The upgrade itself is looked at by the caller.
        return !name.equalsIgnoreCase("upgrade");
      }
    }
    return false;
  }
}
