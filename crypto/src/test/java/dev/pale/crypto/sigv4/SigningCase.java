package dev.pale.crypto.sigv4;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One case of the signing test suite that AWS publishes with its C libraries: where the data is, it
 * is {@code sigv4} in the folder that the system property {@code pale.fixtures} names, or in {@code
 * shared/fixtures} beside the checkout or above it. The data is not part of the repository.
 */
final class SigningCase {
  private final Path folder;
  private final String context;

  private SigningCase(Path folder) {
    this.folder = folder;
    this.context = text("context.json");
  }

  static Optional<Path> data() {
    String named = System.getProperty("pale.fixtures", "");
    if (!named.isEmpty()) {
      return Optional.of(Path.of(named, "sigv4")).filter(Files::isDirectory);
    }
    for (Path above = Path.of("").toAbsolutePath(); above != null; above = above.getParent()) {
      Path folder = above.resolve("shared").resolve("fixtures").resolve("sigv4");
      if (Files.isDirectory(folder)) {
        return Optional.of(folder);
      }
    }
    return Optional.empty();
  }

  static List<SigningCase> all() {
    try (Stream<Path> folders = Files.list(data().orElseThrow())) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("context.json")))
          .sorted()
          .map(SigningCase::new)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of the case, without the newline that an editor may have left at its end. */
  String text(String name) {
    try {
      String text = Files.readString(folder.resolve(name));
      return text.replace("\r\n", "\n").stripTrailing();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Wire wire(String name) {
    try {
      return Wire.parse(Files.readString(folder.resolve(name)).replace("\r\n", "\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SigV4Credentials credentials() {
    return new SigV4Credentials(
        string("access_key_id").orElseThrow(),
        string("secret_access_key").orElseThrow().getBytes(StandardCharsets.US_ASCII),
        string("token").orElse(null));
  }

  SigningScope scope() {
    return new SigningScope(string("region").orElseThrow(), string("service").orElseThrow());
  }

  SigningRules rules() {
    return new SigningRules(
        flag("normalize", true), true, flag("sign_body", false), flag("omit_session_token", false));
  }

  Instant at() {
    return Instant.parse(string("timestamp").orElseThrow());
  }

  Duration expires() {
    Matcher found = Pattern.compile("\"expiration_in_seconds\"\\s*:\\s*([0-9]+)").matcher(context);
    return Duration.ofSeconds(found.find() ? Long.parseLong(found.group(1)) : 3600);
  }

  private Optional<String> string(String name) {
    Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"").matcher(context);
    return found.find() ? Optional.of(found.group(1).replace("\\/", "/")) : Optional.empty();
  }

  private boolean flag(String name, boolean otherwise) {
    Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*(true|false)").matcher(context);
    return found.find() ? Boolean.parseBoolean(found.group(1)) : otherwise;
  }

  @Override
  public String toString() {
    return folder.getFileName().toString();
  }

  /** A request as text. */
  record Wire(SignableRequest head, byte[] body) {
    static Wire parse(String text) {
      int end = text.indexOf("\n\n");
      String head = end < 0 ? text : text.substring(0, end);
      String body = end < 0 ? "" : text.substring(end + 2);
      List<String> lines = new ArrayList<>();
      for (String line : head.strip().split("\n", -1)) {
        if (!lines.isEmpty() && (line.startsWith(" ") || line.startsWith("\t"))) {
          lines.add(lines.removeLast() + " " + line.strip());
        } else {
          lines.add(line);
        }
      }
      String first = lines.removeFirst();
      int method = first.indexOf(' ');
      String target = first.substring(method + 1).replaceFirst(" HTTP/1\\.1$", "");
      List<Header> headers = new ArrayList<>();
      for (String line : lines) {
        int colon = line.indexOf(':');
        headers.add(new Header(line.substring(0, colon), line.substring(colon + 1)));
      }
      return new Wire(
          new SignableRequest(first.substring(0, method), target, headers),
          body.getBytes(StandardCharsets.UTF_8));
    }
  }
}
