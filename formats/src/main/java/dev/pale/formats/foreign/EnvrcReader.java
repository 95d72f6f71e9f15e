package dev.pale.formats.foreign;

import dev.pale.formats.text.StrictText;
import dev.pale.secrets.SecretName;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code .envrc}: a program of the shell. Only the names after {@code export} are taken. */
final class EnvrcReader {
  private static final Pattern EXPORT =
      Pattern.compile("^\\s*export\\s+([A-Za-z_][A-Za-z0-9_]*)(?:=.*)?$");

  private EnvrcReader() {}

  static ForeignFile read(byte[] bytes, String source) {
    ForeignFile file = new ForeignFile(ForeignKind.ENVRC);
    String[] lines = StrictText.require(bytes, 671, source).split("\n", -1);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < lines.length; i++) {
      Matcher export = EXPORT.matcher(lines[i].stripTrailing());
      if (export.matches() && !SecretName.of(export.group(1)).isDangerous()) {
        if (seen.add(export.group(1))) {
          file.add(new ForeignSecret(SecretName.of(export.group(1)), "", i + 1).optionalIf(true));
        }
      }
    }
    file.note("it is a program, so only the names that it exports were taken: pale set NAME");
    return file;
  }
}
