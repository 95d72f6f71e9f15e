package dev.pale.vault;

import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What happens to the vault as a whole: making it, unlocking it, its keys, backups, checks. The
 * static methods need no open vault; the others come from {@link LocalVault#admin()}.
 *
 * <p>Thread-safe as far as {@link LocalVault} is.
 */
public final class VaultAdmin {
  private final LocalVault vault;
  private final Session session;

  VaultAdmin(LocalVault vault, Session session) {
    this.vault = vault;
    this.session = session;
  }

  /**
   * A vault that was just made.
   *
   * @param vault open and unlocked
   * @param recoveryCode opens the vault when every other way is lost; shown once, kept nowhere; the
   *     caller wipes it
   * @param keyFile where the key file is; empty when another way was chosen
   */
  public record Created(LocalVault vault, SecretValue recoveryCode, Optional<Path> keyFile) {}

  /**
   * Makes a vault.
   *
   * @throws PaleException 203 when there is one already; nothing is changed then
   */
  public static Created create(Folders folders, KeySetup setup, Actor actor) {
    return create(folders, setup, actor, InstantSource.system());
  }

  static Created create(Folders folders, KeySetup setup, Actor actor, InstantSource clock) {
    return Creation.create(folders, setup, actor, clock);
  }
}
