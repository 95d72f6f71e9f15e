package dev.pale.formats.foreign;

import dev.pale.formats.text.StrictText;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code .env.schema} (@env-spec): items with comments above them that hold decorators. Read are
 * {@code @required}, {@code @optional}, {@code @sensitive}, {@code @public} and their defaults in
 * the header; functions are not called, and the value of a sensitive item is not taken.
 */
final class EnvSchemaReader {
  private static final Pattern ITEM = Pattern.compile("(?:export )?([A-Za-z_][A-Za-z0-9_]*)=(.*)");
  private static final Pattern DECORATOR =
      Pattern.compile("@([A-Za-z]+)(?:=([A-Za-z0-9_]+))?(?:\\([^)]*\\))?");

  private static final int MAX_DECORATORS = 4096;

  private final ForeignFile file = new ForeignFile(ForeignKind.ENV_SCHEMA);
  private final StringBuilder description = new StringBuilder();
  private boolean allOptional;
  private boolean allPublic;
  private Optional<Boolean> required = Optional.empty();
  private Optional<Boolean> sensitive = Optional.empty();

  private EnvSchemaReader() {}

  static ForeignFile read(byte[] bytes, String source) {
    EnvSchemaReader reader = new EnvSchemaReader();
    String[] lines = StrictText.require(bytes, 671, source).split("\n", -1);
    String closing = "";
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (!closing.isEmpty()) {
        closing = line.contains(closing) ? "" : closing;
      } else if (line.startsWith("#")) {
        reader.comment(line.substring(1).strip());
      } else if (line.isEmpty()) {
        reader.forget();
      } else {
        closing = reader.item(line, i + 1);
      }
    }
    return reader.file;
  }

  private void comment(String text) {
    if (text.startsWith("---")) {
      forget();
      return;
    }
    if (!text.startsWith("@")) {
      description.append(description.isEmpty() ? "" : " ").append(text);
      return;
    }
    if (text.length() > MAX_DECORATORS) {
      // Each decorator looks for its closing bracket: on a long line that takes for ever.
      file.note("a line of decorators is longer than " + MAX_DECORATORS + " characters: left out");
      return;
    }
    Matcher decorators = DECORATOR.matcher(text);
    while (decorators.find()) {
      boolean yes = !"false".equals(decorators.group(2));
      switch (decorators.group(1)) {
        case "required" -> required = Optional.of(yes);
        case "optional" -> required = Optional.of(!yes);
        case "sensitive" -> sensitive = Optional.of(yes);
        case "public" -> sensitive = Optional.of(!yes);
        case "defaultRequired" -> allOptional = !yes;
        case "defaultSensitive" -> allPublic = !yes;
        default -> {
          // Types, links and the like are for varlock itself.
        }
      }
    }
  }

  /** Takes one item; returns what ends its value when that goes on in later lines. */
  private String item(String line, int number) {
    Matcher item = ITEM.matcher(line);
    String closing = "";
    if (item.matches()) {
      String value = item.group(2).strip();
      for (String fence : new String[] {"```", "\"\"\"", "'''"}) {
        if (value.startsWith(fence) && value.indexOf(fence, 3) < 0) {
          closing = fence;
        }
      }
      ForeignSecret secret =
          new ForeignSecret(SecretName.of(item.group(1)), "", number)
              .described(description.toString())
              .optionalIf(!required.orElse(!allOptional));
      if (!sensitive.orElse(!allPublic) && isPlain(value)) {
        secret.holding(
            SecretValue.owning(item.group(1), unquoted(value).getBytes(StandardCharsets.UTF_8)));
      }
      file.add(secret);
    } else {
      file.note("line " + number + ": left out, it is no item");
    }
    forget();
    return closing;
  }

  /** A literal on one line: no function, no other variable, not empty. */
  private static boolean isPlain(String value) {
    return !value.isEmpty()
        && !value.contains("$")
        && !value.startsWith("```")
        && !value.startsWith("\"\"\"")
        && !value.matches("[A-Za-z_]+\\(.*");
  }

  private static String unquoted(String value) {
    char first = value.charAt(0);
    int end = first == '"' || first == '\'' ? value.indexOf(first, 1) : -1;
    if (end > 0) {
      return value.substring(1, end);
    }
    int comment = value.indexOf(" #");
    return comment < 0 ? value : value.substring(0, comment).strip();
  }

  private void forget() {
    description.setLength(0);
    required = Optional.empty();
    sensitive = Optional.empty();
  }
}
