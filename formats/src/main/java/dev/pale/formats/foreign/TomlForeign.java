package dev.pale.formats.foreign;

import dev.pale.formats.toml.TomlTable;
import dev.pale.formats.toml.TomlValue;
import dev.pale.secrets.SecretName;
import java.util.Optional;

/** Lenient reading of tables: keys that are not known are another tool's business. */
final class TomlForeign {
  private TomlForeign() {}

  static TomlTable table(TomlTable parent, String key) {
    return parent.get(key).orElse(TomlTable.empty()) instanceof TomlTable table
        ? table
        : TomlTable.empty();
  }

  static String text(TomlTable table, String key) {
    return table.get(key).orElse(table) instanceof TomlValue.Text text ? text.text() : "";
  }

  /** A scalar as a program would get it in a variable. */
  static Optional<String> scalar(Optional<TomlValue> value) {
    return switch (value.orElse(TomlTable.empty())) {
      case TomlValue.Text text -> Optional.of(text.text());
      case TomlValue.Whole whole -> Optional.of(Long.toString(whole.number()));
      case TomlValue.Truth truth -> Optional.of(Boolean.toString(truth.value()));
      default -> Optional.empty();
    };
  }

  static boolean isFalse(TomlTable table, String key) {
    return table.get(key).orElse(table) instanceof TomlValue.Truth truth && !truth.value();
  }

  /** The name as a secret's; a note where it cannot be one. */
  static Optional<SecretName> name(ForeignFile file, String key, int line) {
    if (SecretName.isValid(key)) {
      return Optional.of(SecretName.of(key));
    }
    file.note("line " + line + ": left out, its name cannot be a variable's");
    return Optional.empty();
  }
}
