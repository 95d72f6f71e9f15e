package dev.pale.vault;

import dev.pale.crypto.Keys;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
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
   * @throws PaleException 203 when there is one already, 207 when the key file cannot be where it
   *     should; nothing is changed then
   */
  public static Created create(Folders folders, KeySetup setup, Actor actor) {
    return create(folders, setup, actor, InstantSource.system());
  }

  static Created create(Folders folders, KeySetup setup, Actor actor, InstantSource clock) {
    return Creation.create(folders, setup, actor, clock);
  }

  /** What can be told without a key; error 200 when there is no vault. Asks nobody. */
  public static VaultStatus status(Folders folders) {
    try (Database db = Session.database(folders)) {
      Meta meta = Meta.read(db);
      List<Slot> slots = Slot.all(db);
      return new VaultStatus(
          db.file(),
          HexFormat.of().formatHex(meta.vault),
          meta.root,
          Instant.ofEpochMilli(meta.created),
          isLocked(slots, meta, folders),
          slots.stream().map(Rekey::info).toList(),
          db.number("SELECT count(*) FROM project"),
          db.number("SELECT count(*) FROM environment"),
          db.number("SELECT count(*) FROM version"),
          meta.seq,
          Duration.ofMillis(meta.retentionMillis).toDays());
    } catch (SqliteException e) {
      throw Failures.of(e, Database.fileIn(folders));
    }
  }

  private static boolean isLocked(List<Slot> slots, Meta meta, Folders folders) {
    // The keychain might show a prompt, so it is not asked here.
    List<Slot> silent = slots.stream().filter(slot -> !slot.kind.equals(Slot.KEYCHAIN)).toList();
    if (silent.size() < slots.size() && KeyHold.get(meta.vault, meta.root).isPresent()) {
      return false;
    }
    try {
      Keys.wipe(Unlock.root(silent, meta.vault, meta.root, folders, Unlocking.silent()));
      return false;
    } catch (PaleException e) {
      return true;
    }
  }

  /**
   * Whether the operating system's keychain (Secret Service) answers, so that {@link
   * KeySetup.Keychain} is worth a try. Takes less than a second; shows no prompt.
   */
  public static boolean keychainAnswers() {
    return KeychainSlot.answers();
  }

  /**
   * Unlocks and lets the kernel's keyring keep the key for {@link Unlocking#holdSeconds()}.
   *
   * @return whether the kernel keeps it; false where it has no keyring, or the time is 0
   */
  public static boolean unlock(Folders folders, Unlocking unlocking) {
    try (Session session = Session.open(folders, unlocking, InstantSource.system())) {
      KeyRing keys = session.keys();
      return KeyHold.put(keys.vault(), keys.fingerprint(), keys.root(), unlocking.holdSeconds());
    }
  }

  /** Makes the kernel forget the key; false when it had none. A key file still opens the vault. */
  public static boolean lock(Folders folders) {
    try (Database db = Session.database(folders)) {
      Meta meta = Meta.read(db);
      return KeyHold.drop(meta.vault, meta.root);
    } catch (SqliteException e) {
      throw Failures.of(e, Database.fileIn(folders));
    }
  }

  /**
   * Notes a refusal while the vault is locked; the next unlocked transaction takes it into the log,
   * marked as not authenticated. Whether there was room for it.
   */
  public static boolean recordDenied(Folders folders, String event, String detail, Actor actor) {
    return recordLater(folders, event, false, detail, actor);
  }

  /**
   * Notes something that was done or refused without the vault's key, like {@link #recordDenied}.
   */
  public static boolean recordLater(
      Folders folders, String event, boolean allowed, String detail, Actor actor) {
    try (Database db = Session.database(folders)) {
      return Pending.note(db, event, allowed, detail, actor);
    }
  }

  /**
   * Opens the vault by the recovery code and gives it a new way to be unlocked. The code stays
   * valid.
   *
   * @param code as a person typed it; the caller wipes it
   * @throws PaleException 208 when the code is not the vault's
   */
  public static LocalVault recover(Folders folders, SecretValue code, KeySetup setup, Actor actor) {
    Session session = Backup.recover(folders, code, InstantSource.system());
    try {
      Rekey.recovered(session, setup, actor);
      return new LocalVault(session);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /**
   * What a backup says that it holds. Needs no key, so nothing of it is authenticated but that the
   * backup opens only with a root key of this fingerprint.
   *
   * @throws PaleException 261 when it cannot be read, 262 or 263 for another or a damaged file
   */
  public static BackupInfo inspect(Path backup) {
    return Backup.inspect(backup);
  }

  /**
   * Puts a backup in place, after every value in it was read and every tag checked.
   *
   * @param code the recovery code, when nothing else opens the backup
   * @param replace whether an existing vault may be replaced; it is kept beside, under {@code
   *     vault.db.replaced-...}
   * @throws PaleException 262 or 263 for another or a damaged file, 264 when there is a vault, 201
   *     or 208 for a wrong key
   */
  public static BackupInfo restore(
      Folders folders,
      Path backup,
      Unlocking unlocking,
      Optional<SecretValue> code,
      boolean replace,
      Actor actor) {
    return Backup.restore(folders, backup, unlocking, code, replace, actor);
  }

  /**
   * Accepts the vault as it is, after error 202: the user put the file back on purpose. Forgets
   * what was seen here, and records that.
   */
  public static void accept(Folders folders, Unlocking unlocking, Actor actor) {
    try (Session session = Session.open(folders, unlocking, InstantSource.system())) {
      session.head().forget();
      session.write(
          actor,
          new Session.Refusal("accept", "", ""),
          tx -> {
            tx.audit(new AuditLog.Entry("accept", true, "", 0, "", "an older vault"), actor);
            return true;
          });
    } catch (IOException e) {
      throw PaleException.of(
          216, "the state folder cannot be written", folders.state().toString(), "", e);
    }
  }

  /** What opens the vault; error 228 when a slot was changed or planted. */
  public List<SlotInfo> slots() {
    synchronized (vault) {
      return session.look(Rekey::list);
    }
  }

  /** Adds a way to unlock. */
  public SlotInfo addSlot(KeySetup setup, Actor actor) {
    synchronized (vault) {
      return Rekey.add(session, setup, actor);
    }
  }

  /** Takes a way to unlock away; error 230 for an unknown one, 231 for the last one. */
  public void removeSlot(long id, Actor actor) {
    synchronized (vault) {
      Rekey.remove(session, id, actor);
    }
  }

  /**
   * Gives the vault a new root key, in time that grows with the number of projects only.
   *
   * @param setups the ways that open it afterwards; empty for the same ones, which is error 231
   *     when one is a passphrase
   * @return the new recovery code; the old one opens nothing any more
   */
  public SecretValue rekey(List<KeySetup> setups, Actor actor) {
    synchronized (vault) {
      return Rekey.rekey(session, setups, actor);
    }
  }

  /** Writes an encrypted copy of the whole vault, mode 0600, while others go on using it. */
  public BackupInfo backup(Path file, Actor actor) {
    synchronized (vault) {
      return Backup.write(session, file, actor);
    }
  }

  /** Reads every value of every version, checks every tag, the lists, the log and the file. */
  public VaultCheck verify(Actor actor) {
    synchronized (vault) {
      return session.write(
          actor,
          new Session.Refusal("verify", "", ""),
          tx -> {
            VaultCheck check = Verification.run(tx);
            tx.audit(
                new AuditLog.Entry(
                    "verify", true, "", 0, "", check.problems().size() + " problems"),
                actor);
            return check;
          });
    }
  }

  /**
   * Destroys secrets that were deleted longer ago than that, with all their versions; their values
   * are gone from the file when this returns.
   *
   * @return how many
   */
  public int purge(Duration deletedLongerThan, Actor actor) {
    synchronized (vault) {
      int purged = 0;
      for (ProjectInfo project : vault.projects()) {
        for (EnvironmentInfo environment : vault.environments(project.name())) {
          Place place = new Place(project.name(), environment.name());
          purged +=
              session.write(
                  actor,
                  new Session.Refusal("purge", place.toString(), ""),
                  tx -> Writing.in(tx, place).purge(deletedLongerThan.toMillis(), actor));
        }
      }
      session.forgetOldPages();
      return purged;
    }
  }
}
