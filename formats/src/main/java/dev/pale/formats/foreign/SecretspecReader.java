package dev.pale.formats.foreign;

import dev.pale.formats.toml.Toml;
import dev.pale.formats.toml.TomlTable;
import dev.pale.formats.toml.TomlValue;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * {@code secretspec.toml}: {@code [project] name}, {@code [profiles.NAME] KEY = { description,
 * required, default }}. The profile {@code default} is what the others build on.
 */
final class SecretspecReader {
  private SecretspecReader() {}

  static ForeignFile read(byte[] bytes, String source) {
    ForeignFile file = new ForeignFile(ForeignKind.SECRETSPEC);
    TomlTable root = Toml.parse(bytes, source);
    file.project(TomlForeign.text(TomlForeign.table(root, "project"), "name"));
    TomlTable profiles = TomlForeign.table(root, "profiles");
    if (profiles.isEmpty()) {
      throw Foreign.malformed(source, 0, "there is no [profiles.NAME]");
    }
    for (String profile : profiles.keys()) {
      TomlTable keys = TomlForeign.table(profiles, profile);
      for (String key : keys.keys()) {
        if (keys.get(key).orElse(keys) instanceof TomlTable fields) {
          secret(file, profile.equals("default") ? "" : profile, key, fields);
        }
      }
    }
    return file;
  }

  private static void secret(ForeignFile file, String profile, String key, TomlTable fields) {
    Optional<SecretName> name = TomlForeign.name(file, key, fields.line());
    if (name.isEmpty()) {
      return;
    }
    ForeignSecret secret =
        new ForeignSecret(name.get(), profile, fields.line())
            .described(TomlForeign.text(fields, "description"))
            .optionalIf(TomlForeign.isFalse(fields, "required"));
    Optional<TomlValue> fallback = fields.get("default");
    TomlForeign.scalar(fallback)
        .ifPresent(
            text -> secret.holding(SecretValue.owning(key, text.getBytes(StandardCharsets.UTF_8))));
    file.add(secret);
  }
}
