package dev.pale.gateway.trust;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The start-up file for GNU wget, which has no variable for a bundle of its own. {@code WGETRC}
 * takes the place of the user's {@code ~/.wgetrc}: what stands there is kept.
 */
final class WgetSettings {
  /** Settings that decide trust and way; wget reads their names without case, "-" and "_". */
  private static final Set<String> OURS =
      Set.of(
          "cacertificate",
          "cadirectory",
          "checkcertificate",
          "httpproxy",
          "httpsproxy",
          "ftpproxy",
          "noproxy",
          "useproxy",
          "proxyuser",
          "proxypassword",
          "proxypasswd");

  private static final long LONGEST_BYTES = 1 << 20;

  private WgetSettings() {}

  /** The caller's lines without those that lead past the gateway, and ours. */
  static String text(Map<String, String> environment, Path bundle) {
    StringBuilder out = new StringBuilder();
    for (String line : callers(environment).split("\n", -1)) {
      int equals = line.indexOf('=');
      String name = equals < 0 ? line : line.substring(0, equals);
      String plain = name.strip().replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
      if (!OURS.contains(plain) && !line.isBlank()) {
        out.append(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line).append('\n');
      }
    }
    return out.append("ca_certificate = ").append(bundle).append('\n').toString();
  }

  private static String callers(Map<String, String> environment) {
    String named = environment.getOrDefault("WGETRC", "");
    String home = environment.getOrDefault("HOME", "");
    if (named.isEmpty() && home.isEmpty()) {
      return "";
    }
    try {
      Path file = named.isEmpty() ? Path.of(home, ".wgetrc") : Path.of(named);
      return Files.isRegularFile(file) && Files.size(file) <= LONGEST_BYTES
          ? new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
          : "";
    } catch (IOException | InvalidPathException e) {
      return "";
    }
  }
}
