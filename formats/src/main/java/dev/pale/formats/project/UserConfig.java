package dev.pale.formats.project;

import dev.pale.formats.toml.Toml;
import dev.pale.formats.toml.TomlTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The user's own settings: {@code config.toml} in the configuration folder.
 *
 * <p>Thread-safe: immutable.
 *
 * @param requireReason who must state a reason; default never
 * @param mask when output is masked; default auto
 * @param keyCacheSeconds how long an unlocked passphrase stays in the kernel keyring; default 3600
 * @param editor for {@code pale edit}; empty: {@code $VISUAL}, {@code $EDITOR}
 * @param broker whether a resident broker may be used; default false
 * @param agentMarks environment variables that mark a coding agent, beside the known ones
 * @param ageIdentities files with identities that open values in a repository, where {@code ~/} is
 *     the home folder; empty: {@code ~/.ssh/id_ed25519}
 * @param retentionDays how long deleted secrets and old versions are kept; default 30
 */
public record UserConfig(
    RequireReason requireReason,
    MaskMode mask,
    long keyCacheSeconds,
    Optional<String> editor,
    boolean broker,
    List<String> agentMarks,
    long retentionDays,
    List<String> ageIdentities) {
  /** The file's name. */
  public static final String NAME = "config.toml";

  public UserConfig {
    agentMarks = List.copyOf(agentMarks);
    ageIdentities = List.copyOf(ageIdentities);
  }

  /** What holds without a file. */
  public static UserConfig defaults() {
    return new UserConfig(
        RequireReason.NEVER,
        MaskMode.AUTO,
        3600,
        Optional.empty(),
        false,
        List.of(),
        30,
        List.of());
  }

  /**
   * Reads the bytes of the file.
   *
   * @throws dev.pale.secrets.PaleException 410 for what is no TOML, 411 unknown key, 412 wrong
   *     type, 413 value not allowed; each with the line
   */
  public static UserConfig parse(byte[] bytes) {
    TomlTable root = Toml.parse(bytes, NAME);
    Schema schema = new Schema(NAME);
    schema.requireKnown(
        root,
        "",
        "require_reason",
        "mask",
        "key_cache_seconds",
        "editor",
        "broker",
        "agent_marks",
        "retention_days",
        "age_identities");
    UserConfig otherwise = defaults();
    return new UserConfig(
        ProjectFileReader.requireReason(schema, root).orElse(otherwise.requireReason),
        ProjectFileReader.mask(schema, root).orElse(otherwise.mask),
        schema.whole(root, "key_cache_seconds", otherwise.keyCacheSeconds, 0, 7 * 24 * 3600),
        schema.text(root, "editor"),
        schema.truth(root, "broker", otherwise.broker),
        schema.texts(root, "agent_marks"),
        schema.whole(root, "retention_days", otherwise.retentionDays, 0, 36_500),
        schema.texts(root, "age_identities"));
  }

  /**
   * Reads {@code config.toml} in a folder; {@link #defaults()} when there is none.
   *
   * @param uid the caller's user id
   * @throws dev.pale.secrets.PaleException 410 to 413, or 500 to 509 when the file is not safe
   */
  public static UserConfig load(Path configFolder, long uid) {
    Optional<byte[]> bytes = SafeFile.read(configFolder.resolve(NAME), uid);
    return bytes.isPresent() ? parse(bytes.get()) : defaults();
  }
}
