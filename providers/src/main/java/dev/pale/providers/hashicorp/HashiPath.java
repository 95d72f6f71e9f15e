package dev.pale.providers.hashicorp;

import dev.pale.providers.http.Encoding;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A path inside the server, decoded, and the version that is meant.
 *
 * @param path segments with single slashes between them, none of them {@code .} or {@code ..}
 * @param version 0 for the latest
 */
record HashiPath(String path, int version) {
  /** In a namespace, which may be a part of the path. */
  private static final Pattern OWN_TOKEN = Pattern.compile("/auth/token/lookup-self$");

  /** Error 613 for a reference of another form. */
  static HashiPath of(Reference reference) {
    int version = 0;
    if (!reference.query().isEmpty()) {
      String text = reference.parameter("version").orElse("");
      if (!text.matches("[1-9][0-9]{0,8}") || !reference.query().equals("version=" + text)) {
        throw malformed("the only parameter is version=N, a number from 1");
      }
      version = Integer.parseInt(text);
    }
    return new HashiPath(unreserved(checked(reference.path())), version);
  }

  /**
   * Vault keeps {@code auth/} and {@code sys/} to itself, at its root and in each namespace: what
   * is read there are tokens, first of all the provider's own.
   */
  private static String unreserved(String path) {
    if (path.startsWith("auth/") || path.startsWith("sys/") || OWN_TOKEN.matcher(path).find()) {
      throw malformed("auth/ and sys/ hold no secrets but tokens of the server");
    }
    return path;
  }

  /** Decodes a path; error 613 when it could mean another one than it says. */
  static String checked(String written) {
    List<String> segments = new ArrayList<>();
    for (String each : written.split("/", -1)) {
      String segment = Encoding.decoded(each).orElse("");
      if (segment.isEmpty()
          || segment.equals(".")
          || segment.equals("..")
          || segment.indexOf('/') >= 0
          || segment.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
        throw malformed("a part of its path is empty, . or .., or not encoded properly");
      }
      segments.add(segment);
    }
    if (segments.size() < 2) {
      throw malformed("it needs a mount and a path");
    }
    return String.join("/", segments);
  }

  /** Decodes the path of a folder, which may be a mount alone; it ends with a slash. */
  static String folder(String written) {
    String inside = checked(written + (written.endsWith("/") ? "x" : "/x"));
    return inside.substring(0, inside.length() - 1);
  }

  /** Encoded for a request, slashes kept. */
  static String encoded(String path) {
    List<String> segments = new ArrayList<>();
    for (String each : path.split("/", -1)) {
      segments.add(Encoding.segment(each));
    }
    return String.join("/", segments);
  }

  private static PaleException malformed(String why) {
    return PaleException.of(
        613,
        "the reference is not of Vault's form",
        why,
        "vault://MOUNT/PATH#FIELD, or vault://MOUNT/PATH?version=N#FIELD");
  }
}
