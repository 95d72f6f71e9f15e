package dev.pale.formats.project;

import dev.pale.formats.toml.Toml;
import dev.pale.formats.toml.TomlTable;
import dev.pale.formats.toml.TomlValue;
import java.util.List;
import java.util.Optional;

/**
 * {@code pale.toml}: what a repository asks for. Data only; it holds no values.
 *
 * <p>Unknown keys and tables are refused. Thread-safe: immutable.
 *
 * @param project the project's name
 * @param environment the environment unless {@code -e} or {@code PALE_ENV} says another
 * @param secrets the declared secrets, in the order of the file
 * @param requireReason who must state a reason
 * @param mask when output is masked ({@code [run] mask})
 * @param fence the table {@code [fence]}, not yet looked into; empty when absent
 * @param tree the whole file, for the lines of keys
 */
public record ProjectFile(
    Optional<String> project,
    Optional<String> environment,
    List<SecretDeclaration> secrets,
    Optional<RequireReason> requireReason,
    Optional<MaskMode> mask,
    TomlTable fence,
    TomlTable tree) {
  /** The file's name. */
  public static final String NAME = "pale.toml";

  public ProjectFile {
    secrets = List.copyOf(secrets);
  }

  /** What holds without a file. */
  public static ProjectFile empty() {
    return new ProjectFile(
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        TomlTable.empty(),
        TomlTable.empty());
  }

  /**
   * Reads the bytes of the file.
   *
   * @throws dev.pale.secrets.PaleException 410 for what is no TOML, 411 unknown key, 412 wrong
   *     type, 413 value not allowed; each with the line
   */
  public static ProjectFile parse(byte[] bytes) {
    return ProjectFileReader.read(Toml.parse(bytes, NAME));
  }

  /**
   * The parts that work only when the file is trusted, in the order of lines: what could run code,
   * send a value elsewhere, or allow more than the user's own configuration.
   */
  public List<NeedsTrust> needsTrust(UserConfig user) {
    return TrustQuestions.of(this, user);
  }

  /**
   * Who must state a reason: an untrusted file can only make the user's own setting stricter.
   *
   * @param trusted whether exactly this file is trusted
   */
  public RequireReason effectiveRequireReason(UserConfig user, boolean trusted) {
    RequireReason own = user.requireReason();
    RequireReason asked = requireReason.orElse(own);
    return trusted || asked.compareTo(own) > 0 ? asked : own;
  }

  /** When output is masked; as {@link #effectiveRequireReason}. */
  public MaskMode effectiveMask(UserConfig user, boolean trusted) {
    MaskMode own = user.mask();
    MaskMode asked = mask.orElse(own);
    return trusted || asked.compareTo(own) > 0 ? asked : own;
  }

  /**
   * Whether the file may hold encrypted values itself: it names recipients. Cheap, because every
   * run asks; {@link InRepoValues#of} looks closer.
   */
  public boolean hasInRepoValues() {
    return tree.get(InRepoReader.RECIPIENTS).isPresent()
        || tree.get(InRepoReader.ENVIRONMENTS).isPresent();
  }

  /** {@code hosts} of {@code [fence]}: what may be reached without a secret, as {@code hosts} of a rule. */
  public List<String> fenceHosts() {
    return new GatewayReader(NAME).hosts(fence, "hosts");
  }

  /** What the file says to the gateway; read anew by each call, because only the gateway asks. */
  public ProjectGateway gateway() {
    return new GatewayReader(NAME).project(gatewayTable());
  }

  /** What the file says to the gateway about a secret that it declares. */
  public GatewaySecret gatewaySecret(SecretDeclaration secret) {
    TomlTable table = tree;
    for (String key : List.of(InRepoReader.SECRETS, secret.name().text())) {
      table = table.get(key).orElse(table) instanceof TomlTable inner ? inner : TomlTable.empty();
    }
    return new GatewayReader(NAME).secret(table);
  }

  /** The line of a key in the table {@code [gateway]}. */
  public int gatewayLine(String key) {
    return line(gatewayTable(), key);
  }

  private TomlTable gatewayTable() {
    return tree.get(GatewayReader.GATEWAY).orElse(tree) instanceof TomlTable table
            && tree.get(GatewayReader.GATEWAY).isPresent()
        ? table
        : TomlTable.empty();
  }

  /** The line of a key in one of the file's tables; the table's own line when it is absent. */
  static int line(TomlTable table, String key) {
    Optional<TomlValue> value = table.get(key);
    return value.isPresent() ? value.get().line() : table.line();
  }
}
