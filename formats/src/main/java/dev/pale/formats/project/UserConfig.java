package dev.pale.formats.project;

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
 * @param retentionDays how long deleted secrets and old versions are kept; default 30
 */
public record UserConfig(
    RequireReason requireReason,
    MaskMode mask,
    long keyCacheSeconds,
    Optional<String> editor,
    boolean broker,
    List<String> agentMarks,
    long retentionDays) {
  public UserConfig {
    agentMarks = List.copyOf(agentMarks);
  }

  /** What holds without a file. */
  public static UserConfig defaults() {
    return new UserConfig(
        RequireReason.NEVER, MaskMode.AUTO, 3600, Optional.empty(), false, List.of(), 30);
  }

  /**
   * Reads the bytes of the file.
   *
   * @throws dev.pale.secrets.PaleException 410 to 419
   */
  public static UserConfig parse(byte[] bytes) {
    return defaults();
  }

  /**
   * Reads {@code config.toml} in a folder; {@link #defaults()} when there is none.
   *
   * @param uid the caller's user id
   * @throws dev.pale.secrets.PaleException 410 to 419, or 500 to 519 when the file is not safe
   */
  public static UserConfig load(Path configFolder, long uid) {
    return defaults();
  }
}
