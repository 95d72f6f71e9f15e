package dev.pale.sops;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code .sops.yaml}: which keys new files are encrypted to.
 *
 * <p>It comes with a repository, so it is data and nothing else: bounded in size, depth and number
 * of keys, its patterns run in time linear to the path, nothing in it names a program. What it can
 * do is to name keys to which <i>new</i> files are encrypted, which a reader of it should know.
 *
 * <p>Immutable and thread-safe.
 */
public final class SopsConfig {
  /** The name of the file. */
  public static final String NAME = ".sops.yaml";

  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_PATTERN = 4_096;
  private static final int MAX_FOLDERS = 100;

  private final Path file;
  private final Map<String, Object> top;
  private final List<String> warnings;

  private SopsConfig(Path file, Map<String, Object> top, List<String> warnings) {
    this.file = file;
    this.top = top;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Looks for the file from a folder upwards, 100 folders at most.
   *
   * @param warnings told of a {@code .sops.yml} on the way, which sops does not read either
   * @return its path; empty when there is none
   */
  public static Optional<Path> find(Path folder, List<String> warnings) {
    Path at = folder.toAbsolutePath().normalize();
    for (int i = 0; at != null && i < MAX_FOLDERS; i++) {
      Path candidate = at.resolve(NAME);
      if (Files.exists(candidate)) {
        return Optional.of(candidate);
      }
      Path other = at.resolve(".sops.yml");
      if (Files.exists(other)) {
        warnings.add(other + " is not read: the file must be called " + NAME);
      }
      at = at.getParent();
    }
    return Optional.empty();
  }

  /**
   * Reads a file.
   *
   * @throws PaleException 478 when it cannot be read, is too large or malformed
   */
  public static SopsConfig load(Path file) {
    byte[] content;
    // A fifo or device would block for ever.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw unreadable(file, "it is not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw unreadable(file, e.getClass().getSimpleName());
    }
    return parse(file, content);
  }

  /** As {@link #load}, for a content that was read. */
  public static SopsConfig parse(Path file, byte[] content) {
    if (content.length > MAX_BYTES) {
      throw unreadable(file, "it is longer than 1 MiB");
    }
    ConfigYaml yaml = new ConfigYaml(file);
    return new SopsConfig(file.toAbsolutePath().normalize(), yaml.read(content), yaml.warnings());
  }

  /** Where it is. */
  public Path file() {
    return file;
  }

  /** What a person should know: settings that are not known. */
  public List<String> warnings() {
    return warnings;
  }

  /** Whether it has rules for new files at all. */
  public boolean hasRules() {
    return top.containsKey("creation_rules");
  }

  /** Whether it says where {@code sops publish} publishes, which Pale does not do. */
  public boolean hasDestinations() {
    return top.containsKey("destination_rules");
  }

  /**
   * The first rule that matches.
   *
   * @param path of the file to be encrypted, absolute or relative to this file's folder
   * @param context the encryption context for KMS keys outside of key groups
   * @param now when the keys are made
   * @return empty when there are no rules at all
   * @throws PaleException 479 when there are rules and none matches; 478 when the one that matches
   *     is malformed; 481 when it names something that is no key
   */
  public Optional<CreationRule> ruleFor(Path path, Map<String, String> context, Instant now) {
    if (!hasRules()) {
      return Optional.empty();
    }
    String relative = relative(path);
    List<Object> rules = ConfigYaml.list(file, top, "creation_rules");
    for (int i = 0; i < rules.size(); i++) {
      String where = "creation rule " + (i + 1);
      Map<String, Object> rule = ConfigYaml.map(file, rules.get(i), where);
      String pattern = ConfigYaml.text(file, rule, "path_regex");
      if (pattern.isEmpty() || matches(pattern, relative, where)) {
        try {
          return Optional.of(new ConfigKeys(file, context, now).rule(rule, where));
        } catch (PaleException e) {
          throw e.code() == 481
              ? PaleException.of(481, e.what(), file + ", " + where + also(e.why()), e.mend())
              : e;
        }
      }
    }
    throw PaleException.of(
        479,
        "no creation rule of " + file + " matches this file",
        "its path there is " + relative,
        "add a rule, or one without path_regex at the end; or name keys: --age RECIPIENT");
  }

  private static String also(String why) {
    return why.isEmpty() ? "" : ": " + why;
  }

  private String relative(Path path) {
    Path folder = file.getParent();
    Path absolute = folder == null ? path : folder.resolve(path).normalize();
    return folder != null && absolute.startsWith(folder) && !absolute.equals(folder)
        ? folder.relativize(absolute).toString()
        : absolute.toString();
  }

  private boolean matches(String pattern, String path, String where) {
    if (pattern.length() > MAX_PATTERN) {
      throw unreadable(file, where + ": path_regex is longer than " + MAX_PATTERN);
    }
    if (Selection.isTooLarge(pattern)) {
      throw unreadable(file, where + ": the repetitions in path_regex are too large");
    }
    try {
      return Pattern.compile(pattern).matcher(path).find();
    } catch (PatternSyntaxException e) {
      throw unreadable(file, where + ": path_regex is not a regular expression");
    }
  }

  /**
   * How deep files are indented.
   *
   * @param format of the output
   * @return -1 for a tab, or 0 to 16 blanks; empty where the file does not say
   */
  public Optional<Integer> indent(SopsFormat format) {
    String store =
        switch (format) {
          case YAML -> "yaml";
          case JSON -> "json";
          case BINARY -> "json_binary";
          case DOTENV, INI -> "";
        };
    Object stores = top.get("stores");
    if (store.isEmpty() || !(stores instanceof Map)) {
      return Optional.empty();
    }
    Object settings = ConfigYaml.map(file, stores, "stores").get(store);
    if (!(settings instanceof Map)) {
      return Optional.empty();
    }
    String text = ConfigYaml.text(file, ConfigYaml.map(file, settings, store), "indent");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.matches("-1|[0-9]|1[0-6]")) {
      throw unreadable(file, "stores." + store + ".indent is none of -1 and 0 to 16");
    }
    return Optional.of(Integer.parseInt(text));
  }

  static PaleException unreadable(Path file, String why) {
    return PaleException.of(
        478, file + " cannot be used", why, "correct the file, or name another: --config FILE");
  }
}
