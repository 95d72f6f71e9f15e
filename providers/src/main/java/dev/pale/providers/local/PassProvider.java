package dev.pale.providers.local;

import dev.pale.providers.http.Encoding;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Programs;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One store. An entry is a file that {@code gpg} opens: the password is its first line, {@code key:
 * value} lines follow. The program {@code pass} is not needed.
 *
 * <p>A store often comes out of a shared git repository, so links that lead out of it are not
 * followed.
 */
final class PassProvider extends EachProvider {
  /** Long enough to type a passphrase. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_ENTRIES = 10_000;
  private static final int DEEPEST = 32;

  private final String name;
  private final String tool;
  private final Path store;
  private final Surroundings surroundings;

  PassProvider(String name, String tool, Path store, Surroundings surroundings) {
    this.name = name;
    this.tool = tool;
    this.store = store;
    this.surroundings = surroundings;
  }

  @Override
  Map<Reference, Outcome> readPlace(String path, List<Reference> references) {
    references.forEach(Places::requireNoQuery);
    Map<Reference, Outcome> outcomes = new LinkedHashMap<>();
    Optional<byte[]> sealed = file(path).flatMap(file -> Places.read(file, MOST_BYTES));
    if (sealed.isEmpty()) {
      references.forEach(
          each -> outcomes.put(each, new Outcome.Missing("the store has no such entry")));
      return outcomes;
    }
    try (Programs.Result result = decrypted(sealed.get())) {
      for (Reference each : references) {
        outcomes.put(each, field(result.output(), each));
      }
    }
    return outcomes;
  }

  private Programs.Result decrypted(byte[] sealed) {
    Path gpg = surroundings.programs().find("gpg");
    Programs.Result result =
        surroundings
            .programs()
            .run(
                List.of(gpg.toString(), "--batch", "--quiet", "--use-agent", "--decrypt"),
                Map.of(),
                sealed,
                PATIENCE,
                MOST_BYTES);
    if (result.status() != 0) {
      result.close();
      throw PaleException.of(
          639,
          "gpg does not open the entry",
          "it ended with status " + result.status() + ": no key for it here, or no passphrase",
          "run gpg --decrypt on the entry's file in a terminal to see why");
    }
    return result;
  }

  /** The entry's file; empty when there is none; error 638 when it is not inside the store. */
  private Optional<Path> file(String written) {
    String path = Places.decoded(written);
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw Places.malformed(
            "a part of its path is empty, . or ..", "write it as " + name + "://folder/entry");
      }
    }
    try {
      Path root = store.toRealPath();
      Path file = root.resolve(path + ".gpg");
      if (Files.notExists(file)) {
        return Optional.empty();
      }
      Path real = file.toRealPath();
      if (!real.startsWith(root)) {
        throw PaleException.of(
            638, "the entry is a link that leads out of its store", "", "replace the link");
      }
      return Optional.of(real);
    } catch (InvalidPathException e) {
      throw Places.malformed("it is no path", "");
    } catch (IOException e) {
      throw PaleException.of(
          639,
          "the store of " + name + " cannot be read",
          "its folder is not there, or not readable",
          tool + " init, or set PASSWORD_STORE_DIR");
    }
  }

  private static Outcome field(byte[] entry, Reference reference) {
    String key = Places.decoded(reference.fragment());
    if (key.equals("*")) {
      return new Outcome.Found(SecretValue.copyOf(reference.text(), entry));
    }
    int end = lineEnd(entry, 0);
    if (key.isEmpty()) {
      return found(reference, entry, 0, end);
    }
    byte[] wanted = (key + ":").getBytes(StandardCharsets.UTF_8);
    for (int at = end + 1; at < entry.length; at = end + 1) {
      end = lineEnd(entry, at);
      if (end - at >= wanted.length
          && Arrays.equals(entry, at, at + wanted.length, wanted, 0, wanted.length)) {
        int from = at + wanted.length;
        while (from < end && (entry[from] == ' ' || entry[from] == '\t')) {
          from++;
        }
        return found(reference, entry, from, end);
      }
    }
    return new Outcome.Missing("the entry has no line that starts with this key and a colon");
  }

  private static Outcome found(Reference reference, byte[] entry, int from, int to) {
    int end = to > from && entry[to - 1] == '\r' ? to - 1 : to;
    return new Outcome.Found(
        SecretValue.owning(reference.text(), Arrays.copyOfRange(entry, from, end)));
  }

  private static int lineEnd(byte[] entry, int from) {
    int at = from;
    while (at < entry.length && entry[at] != '\n') {
      at++;
    }
    return at;
  }

  @Override
  public Optional<List<Reference>> list(String under) {
    List<Reference> all = new ArrayList<>();
    try {
      Path root = store.toRealPath();
      Path from = under.isEmpty() ? root : root.resolve(Places.decoded(under)).normalize();
      if (!from.startsWith(root) || !from.toRealPath().startsWith(root)) {
        throw PaleException.of(638, "the folder is not inside the store", "", "");
      }
      try (Stream<Path> walk = Files.walk(from, DEEPEST)) {
        walk.filter(file -> file.toString().endsWith(".gpg") && Files.isRegularFile(file))
            .limit(MOST_ENTRIES)
            .sorted()
            .forEach(file -> reference(root.relativize(file)).ifPresent(all::add));
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      throw PaleException.of(639, "the store of " + name + " cannot be read", "", "");
    }
    return Optional.of(all);
  }

  private Optional<Reference> reference(Path inside) {
    List<String> segments = new ArrayList<>();
    for (Path each : inside) {
      segments.add(each.toString());
    }
    String last = segments.removeLast();
    segments.add(last.substring(0, last.length() - ".gpg".length()));
    return Reference.tryParse(
        name + "://" + String.join("/", segments.stream().map(Encoding::segment).toList()));
  }

  @Override
  public Health health() {
    try {
      surroundings.programs().find("gpg");
    } catch (PaleException e) {
      return new Health.Unusable(e);
    }
    return Files.isDirectory(store)
        ? new Health.Usable("", "store " + store)
        : new Health.Unusable(
            PaleException.of(
                639,
                "there is no store at " + store,
                "",
                tool + " init, or set PASSWORD_STORE_DIR"));
  }
}
