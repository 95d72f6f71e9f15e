package dev.pale.vault;

import dev.pale.crypto.AssociatedData;
import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.Envelope;
import dev.pale.crypto.Keys;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A backup is one file: a header in clear (vault id, root fingerprint, when, the slots) and the
 * image of the database, sealed whole under a key of its own, which is sealed under the root key.
 * So whatever opened the vault opens the backup, the recovery code too, and it tells names to
 * nobody else. The header is bound to the sealed image.
 */
final class Backup {
  private static final String MAGIC = "PALE-BACKUP-1\n";

  private Backup() {}

  static BackupInfo write(Session session, Path target, Actor actor) {
    Path file = target.toAbsolutePath().normalize();
    if (Files.exists(file)) {
      throw PaleException.of(
          260, "there is a file already", file.toString(), "name another, or move it away");
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".part-" + actor.pid());
    try {
      // The row is in the log before the copy is made: the backup tells of itself.
      session.write(
          actor,
          new Session.Refusal("backup", "", ""),
          tx -> {
            tx.audit(new AuditLog.Entry("backup", true, "", 0, "", ""), actor);
            return true;
          });
      Content content = session.look(Backup::content);
      FileGuard.writeDurably(fresh, content.bytes);
      Files.createLink(file, fresh);
      Files.delete(fresh);
      FileGuard.syncFolder(file);
      return content.info;
    } catch (java.nio.file.FileAlreadyExistsException e) {
      discard(fresh);
      throw PaleException.of(260, "there is a file already", file.toString(), "name another");
    } catch (IOException e) {
      discard(fresh);
      throw PaleException.of(
          261,
          "the backup cannot be written",
          file + ": " + e.getClass().getSimpleName(),
          "check the folder and its free space",
          e);
    }
  }

  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // A part of a backup is sealed like a whole one.
    }
  }

  private static final class Content {
    private final byte[] bytes;
    private final BackupInfo info;

    Content(byte[] bytes, BackupInfo info) {
      this.bytes = bytes;
      this.info = info;
    }
  }

  private static Content content(Transaction tx) {
    List<Slot> slots = Slots.checked(tx);
    BackupInfo info =
        new BackupInfo(
            java.util.HexFormat.of().formatHex(tx.keys.vault()),
            tx.keys.fingerprint(),
            Instant.ofEpochMilli(tx.now),
            tx.db.number("SELECT count(*) FROM project"),
            tx.db.number("SELECT count(*) FROM environment"),
            tx.db.number("SELECT count(*) FROM version"));
    Fields.Writer header =
        new Fields.Writer(4096)
            .number(Database.FORMAT)
            .bytes(tx.keys.vault())
            .text(info.rootFingerprint())
            .number(tx.now)
            .number(info.projects())
            .number(info.environments())
            .number(info.versions())
            .number(slots.size());
    for (Slot slot : slots) {
      header
          .number(slot.id)
          .text(slot.kind)
          .text(slot.params)
          .number(slot.created)
          .bytes(slot.wrapped);
    }
    byte[] head = header.finish();
    byte[] key = Keys.random(32);
    try {
      byte[] sealedKey = Envelope.seal(tx.keys.root(), bound("pale/backup-key/1", head), key);
      byte[] image = tx.db.image();
      byte[] sealed = Envelope.seal(key, bound("pale/backup/1", head), image);
      byte[] out =
          new Fields.Writer(MAGIC.length() + head.length + sealed.length + 128)
              .raw(MAGIC.getBytes(StandardCharsets.US_ASCII))
              .bytes(head)
              .bytes(sealedKey)
              .bytes(sealed)
              .finish();
      return new Content(out, info);
    } finally {
      Keys.wipe(key);
    }
  }

  private static AssociatedData bound(String format, byte[] header) {
    return AssociatedData.of(format).bytes(header);
  }

  /** A backup as read, still sealed. */
  private static final class Opened {
    private final BackupInfo info;
    private final byte[] vault;
    private final List<Slot> slots;
    private final byte[] head;
    private final byte[] key;
    private final byte[] image;

    Opened(BackupInfo info, byte[] vault, List<Slot> slots, byte[] head, byte[] key, byte[] image) {
      this.info = info;
      this.vault = vault;
      this.slots = slots;
      this.head = head;
      this.key = key;
      this.image = image;
    }
  }

  private static Opened parse(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw PaleException.of(
          262,
          "not a backup of Pale",
          file + " is not a regular file",
          "name a file of pale vault backup");
    }
    try {
      byte[] all = Files.readAllBytes(file);
      byte[] magic = MAGIC.getBytes(StandardCharsets.US_ASCII);
      if (all.length < magic.length || !Arrays.equals(Arrays.copyOf(all, magic.length), magic)) {
        throw PaleException.of(
            262, "not a backup of Pale", file.toString(), "name a file of pale vault backup");
      }
      Fields.Reader in = new Fields.Reader(Arrays.copyOfRange(all, magic.length, all.length));
      byte[] head = in.bytes();
      byte[] key = in.bytes();
      byte[] image = in.bytes();
      if (!in.atEnd()) {
        throw damaged(file, null);
      }
      Fields.Reader fields = new Fields.Reader(head);
      long format = fields.number();
      if (format > Database.FORMAT) {
        throw PaleException.of(
            204,
            "the backup was written by a newer Pale",
            file + " has format " + format,
            "use the newer Pale");
      }
      byte[] vault = fields.bytes();
      BackupInfo info =
          new BackupInfo(
              java.util.HexFormat.of().formatHex(vault),
              fields.text(),
              Instant.ofEpochMilli(fields.number()),
              fields.number(),
              fields.number(),
              fields.number());
      long count = fields.number();
      List<Slot> slots = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        slots.add(
            new Slot(
                fields.number(),
                fields.text(),
                fields.text(),
                fields.number(),
                fields.bytes(),
                new byte[0]));
      }
      return new Opened(info, vault, slots, head, key, image);
    } catch (Fields.Malformed | IllegalArgumentException | ArithmeticException e) {
      throw damaged(file, e);
    } catch (IOException e) {
      throw PaleException.of(
          261, "the backup cannot be read", file.toString(), "check that it is there", e);
    }
  }

  /** What the backup's head says. */
  static BackupInfo inspect(Path file) {
    return parse(file.toAbsolutePath()).info;
  }

  private static PaleException damaged(
      Path file, @org.jspecify.annotations.Nullable Throwable cause) {
    String what = "the backup is damaged";
    String why = file + " was cut or changed";
    String mend = "use another backup";
    return cause == null
        ? PaleException.of(263, what, why, mend)
        : PaleException.of(263, what, why, mend, cause);
  }

  /**
   * Puts a backup in place after everything in it was verified.
   *
   * @param code the recovery code, when nothing else opens it
   */
  static BackupInfo restore(
      Folders folders,
      Path source,
      Unlocking unlocking,
      Optional<SecretValue> code,
      boolean replace,
      Actor actor) {
    Path file = Database.fileIn(folders);
    if (Files.exists(file) && !replace) {
      throw PaleException.of(
          264,
          "there is a vault already",
          file + " would be replaced",
          "pale vault restore FILE --replace keeps the old one beside it");
    }
    FileGuard.folder(folders.data());
    FileGuard.folder(folders.state());
    Opened backup = parse(source.toAbsolutePath());
    byte[] root =
        code.isPresent()
            ? AgeSlot.recover(backup.slots, backup.vault, code.get().bytes(Reveal.KEY))
            : Unlock.root(
                backup.slots, backup.vault, backup.info.rootFingerprint(), folders, unlocking);
    Path fresh = file.resolveSibling("vault.restore-" + actor.pid());
    try {
      FileGuard.writeDurably(fresh, image(backup, root, source));
      KeyRing keys = verified(fresh, folders, root);
      keys.close();
      if (Files.exists(file)) {
        setAside(file, actor);
      }
      FileGuard.replace(fresh, file);
      new AuditHead(folders.state(), backup.vault).forget();
      try (Session session = session(folders, root)) {
        session.db().execute("PRAGMA journal_mode=WAL");
        session.write(
            actor,
            new Session.Refusal("restore-vault", "", ""),
            tx -> {
              tx.audit(
                  new AuditLog.Entry(
                      "restore-vault", true, "", 0, "", "of " + backup.info.created()),
                  actor);
              return true;
            });
      }
      return backup.info;
    } catch (IOException e) {
      throw PaleException.of(
          261, "the backup cannot be put in place", file.toString(), "check the data folder", e);
    } finally {
      Keys.wipe(root);
      discard(fresh);
      discard(fresh.resolveSibling(fresh.getFileName() + "-journal"));
    }
  }

  private static byte[] image(Opened backup, byte[] root, Path source) {
    String offered = Keys.fingerprint(root);
    if (!offered.equals(backup.info.rootFingerprint())) {
      throw Failures.wrongKey(backup.info.rootFingerprint(), offered, null);
    }
    try {
      byte[] key = Envelope.open(root, bound("pale/backup-key/1", backup.head), backup.key);
      try {
        return Envelope.open(key, bound("pale/backup/1", backup.head), backup.image);
      } finally {
        Keys.wipe(key);
      }
    } catch (AuthenticationException e) {
      throw damaged(source, e);
    }
  }

  private static KeyRing verified(Path fresh, Folders folders, byte[] root) {
    try (Database db = Database.open(fresh, folders)) {
      db.execute("PRAGMA journal_mode=DELETE");
      Meta meta = Meta.read(db);
      KeyRing keys = KeyRing.open(meta, root.clone());
      VaultCheck check = Verification.run(new Transaction(db, keys, meta, meta.created));
      if (!check.problems().isEmpty() || check.audit() instanceof AuditCheck.Broken) {
        throw PaleException.of(
            263,
            "the backup was opened, but what is in it is damaged",
            check.problems().isEmpty() ? check.audit().toString() : check.problems().getFirst(),
            "use another backup");
      }
      return keys;
    } catch (SqliteException e) {
      throw Failures.of(e, fresh);
    }
  }

  /** The old database stays under another name, with the journal that may belong to it. */
  private static void setAside(Path file, Actor actor) throws IOException {
    String aside = ".replaced-" + InstantSource.system().millis() + "-" + actor.pid();
    Files.createLink(file.resolveSibling(file.getFileName() + aside), file);
    Path journal = file.resolveSibling(file.getFileName() + "-wal");
    if (Files.exists(journal)) {
      Files.move(journal, file.resolveSibling(file.getFileName() + aside + "-wal"));
    }
    Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-shm"));
  }

  private static Session session(Folders folders, byte[] root) {
    Database db = Session.database(folders);
    Meta meta = Meta.read(db);
    return Session.over(
        folders, db, Unlocking.silent(), InstantSource.system(), KeyRing.open(meta, root.clone()));
  }

  /** Opens the vault by the recovery code and gives it a new way to be unlocked. */
  static Session recover(Folders folders, SecretValue code, InstantSource clock) {
    Database db = Session.database(folders);
    try {
      Meta meta = Meta.read(db);
      byte[] root = AgeSlot.recover(Slot.all(db), meta.vault, code.bytes(Reveal.KEY));
      return Session.over(folders, db, Unlocking.silent(), clock, KeyRing.open(meta, root));
    } catch (SqliteException e) {
      db.close();
      throw Failures.of(e, db.file());
    } catch (PaleException e) {
      Pending.note(db, "recover", e);
      db.close();
      throw e;
    }
  }
}
