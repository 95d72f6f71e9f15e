package dev.pale.providers.aws;

import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The profiles of {@code ~/.aws/config} and {@code ~/.aws/credentials}, or of the files that {@code
 * AWS_CONFIG_FILE} and {@code AWS_SHARED_CREDENTIALS_FILE} name. Where both have a key, the
 * credentials file counts.
 *
 * <p>Read once, when first asked. Thread-safe.
 */
final class AwsFiles {
  private static final int MOST_BYTES = 1 << 20;
  private static final Pattern SECTION = Pattern.compile("\\[\\s*([^\\]]+?)\\s*\\]\\s*([#;].*)?");
  private static final Pattern COMMENT = Pattern.compile("\\s[#;].*");

  private final Surroundings machine;
  private @org.jspecify.annotations.Nullable Map<String, AwsProfile> profiles;

  AwsFiles(Surroundings machine) {
    this.machine = machine;
  }

  /** The profile that the environment names; empty when it names none. */
  Optional<String> named() {
    String name = machine.variables().get("AWS_PROFILE");
    String older = machine.variables().get("AWS_DEFAULT_PROFILE");
    return Optional.of(name.isEmpty() ? older : name).filter(text -> !text.isEmpty());
  }

  /** A profile; empty when neither file has it. */
  synchronized Optional<AwsProfile> profile(String name) {
    Map<String, AwsProfile> all = profiles;
    if (all == null) {
      all = new HashMap<>();
      read("AWS_CONFIG_FILE", "config", true, all);
      read("AWS_SHARED_CREDENTIALS_FILE", "credentials", false, all);
      profiles = all;
    }
    return Optional.ofNullable(all.get(name));
  }

  private void read(String variable, String usual, boolean prefixed, Map<String, AwsProfile> into) {
    String named = machine.variables().get(variable);
    Path file = named.isEmpty() ? machine.home().resolve(".aws").resolve(usual) : named(named);
    byte[] bytes;
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw PaleException.of(621, "the AWS file " + file + " is no regular file", "", "");
    }
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw PaleException.of(
          621, "the AWS file " + file + " cannot be read", e.getClass().getSimpleName(), "");
    }
    if (bytes.length > MOST_BYTES) {
      throw PaleException.of(621, "the AWS file " + file + " is larger than 1 MiB", "", "");
    }
    // A file that the current folder chooses is not the user's own: nothing is run from it.
    boolean fixed = named.isEmpty() || Path.of(named).isAbsolute() || named.startsWith("~/");
    parse(new String(bytes, StandardCharsets.UTF_8), file, prefixed, fixed && isOwn(file), into);
  }

  private Path named(String text) {
    return text.startsWith("~/")
        ? machine.home().resolve(text.substring(2))
        : machine.cwd().resolve(text);
  }

  private boolean isOwn(Path file) {
    try {
      Integer owner = (Integer) Files.getAttribute(file, "unix:uid");
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      return (owner == machine.uid() || owner == 0)
          && !mode.contains(PosixFilePermission.GROUP_WRITE)
          && !mode.contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static void parse(
      String text, Path file, boolean prefixed, boolean own, Map<String, AwsProfile> into) {
    String name = "";
    Map<String, String> values = new HashMap<>();
    int number = 0;
    for (String line : text.split("\r?\n", -1)) {
      number++;
      String bare = line.strip();
      if (bare.isEmpty() || bare.startsWith("#") || bare.startsWith(";")) {
        continue;
      }
      Matcher section = SECTION.matcher(bare);
      if (bare.startsWith("[")) {
        if (!section.matches()) {
          throw malformed(file, number);
        }
        add(name, values, own, into);
        values = new HashMap<>();
        name = profileName(section.group(1), prefixed);
      } else if (!Character.isWhitespace(line.charAt(0))) {
        // What is indented belongs to a setting that no credential comes from.
        int equals = bare.indexOf('=');
        if (equals <= 0) {
          throw malformed(file, number);
        }
        String key = bare.substring(0, equals).strip().toLowerCase(java.util.Locale.ROOT);
        String value = bare.substring(equals + 1);
        boolean command = key.equals("credential_process");
        values.put(key, (command ? value : COMMENT.matcher(value).replaceFirst("")).strip());
      }
    }
    add(name, values, own, into);
  }

  /** {@code [default]} and {@code [profile x]} in the config, {@code [x]} in the credentials. */
  private static String profileName(String section, boolean prefixed) {
    String name = section;
    if (prefixed && !section.equals("default")) {
      if (!section.matches("profile\\s.*")) {
        return "";
      }
      name = section.substring(8).strip();
    }
    boolean quoted = name.length() > 1 && name.startsWith("\"") && name.endsWith("\"");
    return quoted ? name.substring(1, name.length() - 1) : name;
  }

  private static void add(
      String name, Map<String, String> values, boolean own, Map<String, AwsProfile> into) {
    if (name.isEmpty()) {
      return;
    }
    Map<String, String> merged = new HashMap<>();
    AwsProfile before = into.get(name);
    boolean runs = own;
    if (before != null) {
      merged.putAll(before.values());
      runs = values.containsKey("credential_process") ? own : before.runsPrograms();
    }
    merged.putAll(values);
    into.put(name, new AwsProfile(name, merged, runs));
  }

  private static PaleException malformed(Path file, int line) {
    return PaleException.of(
        621,
        "the AWS file " + file + " is damaged",
        "line " + line + " is neither a section nor a setting",
        "mend the line");
  }
}
