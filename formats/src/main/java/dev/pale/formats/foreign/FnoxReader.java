package dev.pale.formats.foreign;

import dev.pale.formats.toml.Toml;
import dev.pale.formats.toml.TomlTable;
import dev.pale.formats.toml.TomlValue;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * {@code fnox.toml}: {@code [providers.NAME] type = …}, {@code [secrets] NAME = { provider, value,
 * default, description, if_missing }}, and the same below {@code [profiles.PROFILE]}.
 *
 * <p>Source: fnox's configuration reference, 1.33. Imports, leases, commands and encryption other
 * than age are named in notes and not followed.
 */
final class FnoxReader {
  private final ForeignFile file = new ForeignFile(ForeignKind.FNOX);
  private final TomlTable root;

  private FnoxReader(TomlTable root) {
    this.root = root;
  }

  static ForeignFile read(byte[] bytes, String source) {
    FnoxReader reader = new FnoxReader(Toml.parse(bytes, source));
    reader.secrets(reader.root, "");
    TomlTable profiles = TomlForeign.table(reader.root, "profiles");
    for (String profile : profiles.keys()) {
      reader.secrets(TomlForeign.table(profiles, profile), profile);
    }
    if (reader.root.get("import").isPresent() || reader.root.get("imports").isPresent()) {
      reader.file.note("it imports other files: bring them in one by one");
    }
    if (reader.root.get("leases").isPresent()) {
      reader.file.note("its leases are not taken over");
    }
    return reader.file;
  }

  private void secrets(TomlTable scope, String profile) {
    TomlTable secrets = TomlForeign.table(scope, "secrets");
    for (String key : secrets.keys()) {
      TomlValue value = secrets.get(key).orElse(secrets);
      Optional<SecretName> name = TomlForeign.name(file, key, value.line());
      if (name.isPresent() && value instanceof TomlTable fields) {
        secret(scope, new ForeignSecret(name.get(), profile, value.line()), fields);
      } else if (name.isPresent()) {
        file.note("line " + value.line() + ": " + key + " has no form that fnox writes");
      }
    }
  }

  private void secret(TomlTable scope, ForeignSecret secret, TomlTable fields) {
    String missing = TomlForeign.text(fields, "if_missing");
    secret
        .described(TomlForeign.text(fields, "description"))
        .optionalIf(missing.equals("warn") || missing.equals("ignore"));
    file.add(secret);
    String used = TomlForeign.text(fields, "provider");
    String provider = used.isEmpty() ? TomlForeign.text(root, "default_provider") : used;
    Optional<String> value = TomlForeign.scalar(fields.get("value"));
    Optional<String> fallback = TomlForeign.scalar(fields.get("default"));
    if (value.isEmpty() || provider.isEmpty()) {
      if (fallback.isPresent()) {
        plain(secret, fallback.get());
      } else if (value.isPresent()) {
        file.note("line " + secret.line() + ": " + secret.name() + " names no provider");
      }
      return;
    }
    provided(scope, secret, provider, value.get());
  }

  private void provided(TomlTable scope, ForeignSecret secret, String provider, String value) {
    TomlTable settings = TomlForeign.table(TomlForeign.table(scope, "providers"), provider);
    if (settings.isEmpty()) {
      settings = TomlForeign.table(TomlForeign.table(root, "providers"), provider);
    }
    String type = TomlForeign.text(settings, "type");
    switch (type) {
      case "plain" -> plain(secret, value);
      case "age" -> age(secret, value);
      default -> {
        Optional<Reference> reference = Reference.tryParse(reference(type, settings, value));
        if (reference.isPresent()) {
          secret.from(reference.get().text());
        } else {
          file.note(
              "line "
                  + secret.line()
                  + ": "
                  + secret.name()
                  + " is kept by fnox's provider of type "
                  + (type.matches("[a-z0-9-]{1,30}") ? type : "?")
                  + ", which has no counterpart here: pale set "
                  + secret.name());
        }
      }
    }
  }

  /** The reference, or a text that is none. */
  private static String reference(String type, TomlTable settings, String value) {
    String prefix = TomlForeign.text(settings, "prefix");
    return switch (type) {
      case "1password" ->
          value.startsWith("op://")
              ? value
              : "op://"
                  + TomlForeign.text(settings, "vault")
                  + "/"
                  + value
                  + (value.contains("/") ? "" : "/password");
      case "aws-sm" -> "aws-sm://" + prefix + value;
      case "aws-ps" -> "aws-ssm://" + prefix + value;
      case "gcp-sm" -> "gcp-sm://" + TomlForeign.text(settings, "project") + "/" + prefix + value;
      case "azure-sm" ->
          "azure-kv://" + host(TomlForeign.text(settings, "vault_url")) + "/" + prefix + value;
      case "vault" -> vault(TomlForeign.text(settings, "path"), value);
      case "infisical" ->
          "infisical://"
              + TomlForeign.text(settings, "project_id")
              + "/"
              + TomlForeign.text(settings, "environment")
              + slashed(TomlForeign.text(settings, "path"))
              + value;
      case "doppler" ->
          "doppler://"
              + TomlForeign.text(settings, "project")
              + "/"
              + TomlForeign.text(settings, "config")
              + "/"
              + value;
      case "bitwarden-sm" -> "bws://" + value;
      case "password-store" -> "pass://" + prefix + value;
      case "keychain" -> "keychain://" + TomlForeign.text(settings, "service") + "/" + value;
      default -> "";
    };
  }

  private static String vault(String path, String value) {
    int slash = value.lastIndexOf('/');
    String item = slash < 0 ? value : value.substring(0, slash);
    String field = slash < 0 ? "value" : value.substring(slash + 1);
    return "vault://" + (path.isEmpty() ? "" : path + "/") + item + "#" + field;
  }

  private static String slashed(String path) {
    String inner = path.replaceAll("^/+|/+$", "");
    return inner.isEmpty() ? "/" : "/" + inner + "/";
  }

  private static String host(String url) {
    return url.replaceFirst("^https://", "").replaceFirst("/.*$", "");
  }

  private static void plain(ForeignSecret secret, String value) {
    secret.holding(
        SecretValue.owning(secret.name().text(), value.getBytes(StandardCharsets.UTF_8)));
  }

  private void age(ForeignSecret secret, String value) {
    String text = value.strip();
    if (text.startsWith("-----BEGIN AGE")) {
      secret.encrypted((text + "\n").getBytes(StandardCharsets.US_ASCII));
      return;
    }
    try {
      secret.encrypted(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      file.note("line " + secret.line() + ": the value of " + secret.name() + " is no age file");
    }
  }
}
