package dev.pale.vault;

import dev.pale.crypto.Keys;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Changes what opens the vault. Each change is one transaction; a new key file is on the disk
 * before the commit and takes the old one's name after it, so that at any instant the file and the
 * database fit.
 */
final class Rekey {
  private Rekey() {}

  /** The keys of a project or of the audit log, unwrapped, with the row they came from. */
  private static final class Unwrapped {
    private final WrappedKey row;
    private final byte[] key;

    Unwrapped(WrappedKey row, byte[] key) {
      this.row = row;
      this.key = key;
    }
  }

  static List<SlotInfo> list(Transaction tx) {
    List<SlotInfo> found = new ArrayList<>();
    for (Slot slot : Slots.checked(tx)) {
      found.add(info(slot));
    }
    return List.copyOf(found);
  }

  static SlotInfo info(Slot slot) {
    String detail =
        switch (slot.kind) {
          case Slot.KEY_FILE -> KeyFileSlot.path(slot).toString();
          case Slot.AGE -> AgeSlot.recipient(slot);
          case Slot.RECOVERY -> slot.params;
          default -> "";
        };
    return new SlotInfo(slot.id, slot.kind, detail, Instant.ofEpochMilli(slot.created));
  }

  /** New root key, new slots, new recovery code; the project keys and values stay as they are. */
  static SecretValue rekey(Session session, List<KeySetup> wanted, Actor actor) {
    byte[] root = Keys.random(32);
    String before = session.keys().fingerprint();
    Change change = new Change(session);
    try (FileLock lock = change.lock()) {
      requireValid(lock);
      Slots.Recovery code =
          change.commit(
              actor,
              "rekey",
              tx -> {
                List<Slot> old = Slots.checked(tx);
                List<KeySetup> setups = wanted.isEmpty() ? sameAgain(old) : wanted;
                rewrap(tx, root);
                tx.meta.root = Keys.fingerprint(root);
                long id = nextId(old);
                for (KeySetup setup : setups) {
                  change.make(tx, id++, setup, root, old);
                }
                Slots.Recovery recovery = AgeSlot.recovery(id, tx.keys.vault(), root, tx.now);
                change.made.add(recovery.slot());
                change.gone.addAll(old);
                change.write(tx, root);
                tx.audit(
                    new AuditLog.Entry("rekey", true, "", 0, "", before + " to " + tx.meta.root),
                    actor);
                return recovery;
              });
      KeyRing now =
          KeyRing.fresh(root.clone(), session.keys().vault(), session.keys().auditKey().clone());
      session.rekeyed(now);
      change.finish();
      KeyHold.drop(now.vault(), before);
      return code.code();
    } catch (IOException e) {
      throw PaleException.of(
          216, "the lock for changing keys cannot be taken", "", "check the state folder", e);
    } finally {
      Keys.wipe(root);
    }
  }

  private static void requireValid(FileLock lock) throws IOException {
    if (!lock.isValid()) {
      throw new IOException("the lock is not valid");
    }
  }

  private static long nextId(List<Slot> slots) {
    long id = 1;
    for (Slot slot : slots) {
      id = Math.max(id, slot.id + 1);
    }
    return id;
  }

  private static List<KeySetup> sameAgain(List<Slot> old) {
    List<KeySetup> setups = new ArrayList<>();
    for (Slot slot : old) {
      switch (slot.kind) {
        case Slot.KEY_FILE -> setups.add(new KeySetup.KeyFile(Optional.of(KeyFileSlot.path(slot))));
        case Slot.AGE ->
            setups.add(new KeySetup.Age(AgeSlot.recipient(slot), AgeSlot.identity(slot)));
        case Slot.KEYCHAIN -> setups.add(new KeySetup.Keychain());
        case Slot.PASSPHRASE ->
            throw PaleException.usage(
                231,
                "a new root key needs the passphrase, or another way to unlock",
                "the vault opens by a passphrase, which Pale does not keep",
                "pale vault rekey --unlock passphrase");
        default -> {}
      }
    }
    if (setups.isEmpty()) {
      throw noWayLeft();
    }
    return setups;
  }

  private static PaleException noWayLeft() {
    return PaleException.of(
        231,
        "the vault would be left without a way to unlock it",
        "only the recovery code would open it",
        "add another way first: pale vault slots add --unlock passphrase");
  }

  private static void rewrap(Transaction tx, byte[] root) {
    List<Unwrapped> keys = new ArrayList<>();
    try (Rows rows =
        tx.db.query("SELECT kind, id, project, fingerprint, created, wrapped FROM key")) {
      while (rows.next()) {
        WrappedKey row =
            new WrappedKey(
                rows.text(1),
                rows.bytes(2),
                rows.bytes(3),
                rows.text(4),
                rows.number(5),
                rows.bytes(6));
        keys.add(
            new Unwrapped(
                row,
                row.unwrap(
                    tx.keys.root(), tx.keys.vault(), tx.keys.fingerprint(), "a project's key")));
      }
    }
    String fingerprint = Keys.fingerprint(root);
    for (Unwrapped each : keys) {
      WrappedKey fresh =
          WrappedKey.wrap(
              root,
              tx.keys.vault(),
              fingerprint,
              each.row.kind,
              each.row.id,
              each.row.project,
              each.row.created,
              each.key);
      Keys.wipe(each.key);
      tx.db.update("UPDATE key SET wrapped = ? WHERE id = ?", fresh.wrapped, fresh.id);
    }
  }

  /** Adds a way to unlock; the root key stays. */
  static SlotInfo add(Session session, KeySetup setup, Actor actor) {
    return replace(session, Optional.of(setup), slot -> false, "add-slot", actor).orElseThrow();
  }

  /** Takes a way away; error 230 for an unknown one, 231 for the last one. */
  static void remove(Session session, long id, Actor actor) {
    replace(session, Optional.empty(), slot -> slot.id == id, "remove-slot", actor);
  }

  /** After a recovery: a new way, which replaces the one of the same key file. */
  static void recovered(Session session, KeySetup setup, Actor actor) {
    replace(
        session,
        Optional.of(setup),
        slot ->
            slot.kind.equals(Slot.KEY_FILE)
                && setup instanceof KeySetup.KeyFile file
                && KeyFileSlot.path(slot)
                    .equals(
                        file.path()
                            .orElse(session.folders().config().resolve("key"))
                            .toAbsolutePath()
                            .normalize()),
        "recover",
        actor);
  }

  private static Optional<SlotInfo> replace(
      Session session,
      Optional<KeySetup> setup,
      java.util.function.Predicate<Slot> goes,
      String event,
      Actor actor) {
    Change change = new Change(session);
    try (FileLock lock = change.lock()) {
      requireValid(lock);
      Optional<SlotInfo> added =
          change.commit(
              actor,
              event,
              tx -> {
                List<Slot> old = Slots.checked(tx);
                for (Slot slot : old) {
                  if (goes.test(slot)) {
                    change.gone.add(slot);
                  }
                }
                long id = nextId(old);
                if (setup.isPresent()) {
                  change.make(tx, id, setup.get(), tx.keys.root(), change.gone);
                } else {
                  requireAnother(old, change.gone);
                }
                change.write(tx, tx.keys.root());
                tx.audit(new AuditLog.Entry(event, true, "", 0, "", described(change)), actor);
                return change.made.isEmpty()
                    ? Optional.<SlotInfo>empty()
                    : Optional.of(info(change.made.getFirst()));
              });
      change.finish();
      return added;
    } catch (IOException e) {
      throw PaleException.of(
          216, "the lock for changing keys cannot be taken", "", "check the state folder", e);
    }
  }

  private static void requireAnother(List<Slot> old, List<Slot> gone) {
    if (gone.isEmpty()) {
      throw PaleException.of(
          230, "the vault has no such slot", "", "pale vault slots lists what opens it");
    }
    boolean left = false;
    for (Slot slot : old) {
      left |= !gone.contains(slot) && !slot.kind.equals(Slot.RECOVERY);
    }
    if (!left || gone.getFirst().kind.equals(Slot.RECOVERY)) {
      throw noWayLeft();
    }
  }

  private static String described(Change change) {
    StringBuilder out = new StringBuilder();
    for (Slot slot : change.made) {
      out.append("added ").append(slot.kind).append(' ').append(slot.id);
    }
    for (Slot slot : change.gone) {
      out.append(out.isEmpty() ? "" : ", ").append("removed ").append(slot.kind).append(' ');
      out.append(slot.id);
    }
    return out.toString();
  }

  /** What a change made beside the database, to be finished after the commit or taken back. */
  private static final class Change {
    private final Session session;
    private final List<Slot> made = new ArrayList<>();
    private final List<Slot> gone = new ArrayList<>();
    private final List<Slots.Made> files = new ArrayList<>();
    private boolean committed;

    Change(Session session) {
      this.session = session;
    }

    /** One change of keys at a time: two would rename each other's files. */
    FileLock lock() throws IOException {
      Path file = FileGuard.folder(session.folders().state()).resolve("rekey.lock");
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return channel.lock();
    }

    void make(Transaction tx, long id, KeySetup setup, byte[] root, List<Slot> replacing) {
      Slots.Made slot =
          Slots.make(id, setup, session.folders(), tx.keys.vault(), root, tx.now, replacing);
      files.add(slot);
      made.add(slot.slot());
    }

    void write(Transaction tx, byte[] root) {
      for (Slot slot : gone) {
        tx.db.update("DELETE FROM slot WHERE id = ?", slot.id);
      }
      byte[] slotKey = KeyRing.slotKey(root);
      for (Slot slot : made) {
        slot.insert(tx.db, slotKey);
      }
    }

    <T> T commit(Actor actor, String event, Session.Work<T> work) throws IOException {
      try {
        T result = session.write(actor, new Session.Refusal(event, "", ""), work);
        committed = true;
        return result;
      } finally {
        if (!committed) {
          for (Slots.Made each : files) {
            each.undo();
          }
        }
      }
    }

    /** The openers find a key file under its fresh name too, so a failure here loses nothing. */
    void finish() {
      for (Slots.Made each : files) {
        try {
          each.finish();
        } catch (IOException e) {
          // See above.
        }
      }
      for (Slot slot : gone) {
        if (slot.kind.equals(Slot.KEY_FILE)) {
          KeyFileSlot.forget(slot);
        } else if (slot.kind.equals(Slot.KEYCHAIN)) {
          KeychainSlot.forget(slot, session.keys().vault());
        }
      }
    }
  }
}
