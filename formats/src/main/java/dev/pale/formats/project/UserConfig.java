package dev.pale.formats.project;

import dev.pale.formats.text.StrictText;
import dev.pale.formats.toml.Toml;
import dev.pale.formats.toml.TomlEditor;
import dev.pale.formats.toml.TomlTable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
 * @param providers the table {@code [providers]}, not yet looked into: who uses a provider does
 * @param gateway the table {@code [gateway]}, which {@link #gatewaySettings} looks into
 */
public record UserConfig(
    RequireReason requireReason,
    MaskMode mask,
    long keyCacheSeconds,
    Optional<String> editor,
    boolean broker,
    List<String> agentMarks,
    long retentionDays,
    List<String> ageIdentities,
    TomlTable providers,
    TomlTable gateway) {
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
        List.of(),
        TomlTable.empty(),
        TomlTable.empty());
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
        "age_identities",
        "providers",
        "gateway");
    TomlTable gateway = schema.table(root, "gateway");
    if (!gateway.isEmpty()) {
      new GatewayReader(NAME).user(gateway);
    }
    UserConfig otherwise = defaults();
    return new UserConfig(
        ProjectFileReader.requireReason(schema, root).orElse(otherwise.requireReason),
        ProjectFileReader.mask(schema, root).orElse(otherwise.mask),
        schema.whole(root, "key_cache_seconds", otherwise.keyCacheSeconds, 0, 7 * 24 * 3600),
        schema.text(root, "editor"),
        schema.truth(root, "broker", otherwise.broker),
        schema.texts(root, "agent_marks"),
        schema.whole(root, "retention_days", otherwise.retentionDays, 0, 36_500),
        schema.texts(root, "age_identities"),
        schema.table(root, "providers"),
        gateway);
  }

  /** What the user says to the gateway; read anew by each call, because only the gateway asks. */
  public UserGateway gatewaySettings() {
    return new GatewayReader(NAME).user(gateway);
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

  /**
   * Changes {@code config.toml} in a folder, which must be there; comments and order stay. The file
   * is replaced whole, mode 0600, and only by what can be read again.
   *
   * @throws dev.pale.secrets.PaleException 410 to 415, or 500 to 509 when the file is not safe
   */
  public static void edit(Path configFolder, long uid, Consumer<TomlEditor> change) {
    Path file = configFolder.resolve(NAME);
    byte[] before = SafeFile.read(file, uid).orElse(new byte[0]);
    parse(before);
    TomlEditor editor = TomlEditor.of(StrictText.require(before, 410, NAME), NAME);
    change.accept(editor);
    byte[] after = editor.text().getBytes(StandardCharsets.UTF_8);
    parse(after);
    new StateFile(file, 508, "set it up again").write(after);
  }
}
