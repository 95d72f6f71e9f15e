package dev.pale.vault;

import dev.pale.crypto.Keys;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.system.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * Makes a vault. It grows under another name and is renamed when it is whole, so a crash leaves no
 * half vault behind.
 */
final class Creation {
  private Creation() {}

  static VaultAdmin.Created create(
      Folders folders, KeySetup setup, Actor actor, InstantSource clock) {
    FileGuard.folder(folders.data());
    FileGuard.folder(folders.state());
    FileGuard.folder(folders.config());
    Path file = Database.fileIn(folders);
    if (Files.exists(file)) {
      throw exists(file);
    }
    Path growing = file.resolveSibling("vault.new-" + actor.pid());
    byte[] root = Keys.random(32);
    byte[] vault = Keys.random(16);
    Slots.Made main = null;
    try {
      Files.deleteIfExists(growing);
      FileGuard.create(growing);
      Slots.Recovery recovery;
      try (Database db = Database.open(growing, folders)) {
        long now = clock.millis();
        main = Slots.make(1, setup, folders, vault, root, now, List.of());
        recovery = AgeSlot.recovery(2, vault, root, now);
        // Only the finished file becomes the vault, so it needs no WAL yet.
        db.begin();
        fill(db, root, vault, now, List.of(main.slot(), recovery.slot()), actor);
        db.commit();
      }
      Files.createLink(file, growing); // Unlike a rename, this never replaces a vault.
      FileGuard.syncFolder(file);
      main.finish();
      Files.delete(growing);
      Database db = Database.open(file, folders);
      db.execute("PRAGMA journal_mode=WAL");
      Meta meta = Meta.read(db);
      KeyRing keys = KeyRing.open(meta, root.clone());
      Session session = Session.over(folders, db, Unlocking.silent(), clock, keys);
      session.head().write(meta, actor.pid());
      return new VaultAdmin.Created(new LocalVault(session), recovery.code(), main.keyFile());
    } catch (java.nio.file.FileAlreadyExistsException e) {
      undo(main, growing);
      throw exists(file);
    } catch (SqliteException e) {
      undo(main, growing);
      throw Failures.of(e, file);
    } catch (IOException e) {
      undo(main, growing);
      throw PaleException.of(
          216, "the vault cannot be made", file.toString(), "check the data folder", e);
    } catch (RuntimeException e) {
      undo(main, growing);
      throw e;
    } finally {
      Keys.wipe(root);
    }
  }

  private static PaleException exists(Path file) {
    return PaleException.of(203, "there is a vault already", file.toString(), "pale status");
  }

  private static void undo(Slots.@org.jspecify.annotations.Nullable Made main, Path growing) {
    try {
      if (main != null) {
        main.undo();
      }
      Files.deleteIfExists(growing);
      Files.deleteIfExists(growing.resolveSibling(growing.getFileName() + "-journal"));
    } catch (IOException e) {
      // A stray file; the next attempt removes it.
    }
  }

  private static void fill(
      Database db, byte[] root, byte[] vault, long now, List<Slot> slots, Actor actor) {
    Schema.create(db);
    byte[] auditKey = Keys.random(32);
    KeyRing keys = KeyRing.fresh(root.clone(), vault, auditKey);
    try (keys) {
      WrappedKey wrapped =
          WrappedKey.wrap(
              root,
              vault,
              keys.fingerprint(),
              WrappedKey.AUDIT,
              Keys.random(16),
              new byte[0],
              now,
              auditKey);
      Places.insert(db, wrapped);
      Meta meta =
          new Meta(
              vault,
              now,
              Meta.DEFAULT_RETENTION_MILLIS,
              keys.fingerprint(),
              0,
              new byte[0],
              keys.placesMac(List.of()),
              Revisions.NONE,
              new byte[0],
              false,
              wrapped);
      meta.insert(db, auditKey);
      byte[] slotKey = keys.slotKey();
      for (Slot slot : slots) {
        slot.insert(db, slotKey);
      }
      AuditLog.append(
          db,
          meta,
          auditKey,
          now,
          new AuditLog.Entry("create-vault", true, "", 0, "", slots.get(0).kind),
          actor);
    }
  }
}
