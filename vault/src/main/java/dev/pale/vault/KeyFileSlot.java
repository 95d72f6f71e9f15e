package dev.pale.vault;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.Envelope;
import dev.pale.crypto.Keys;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The slot whose key is in a file of mode 0600 outside of any git work tree.
 *
 * <p>Its params are the fingerprint of the file's key, a space, and the file's path. While a rekey
 * is under way the new key is beside the old one, under the old name with the new fingerprint
 * appended, and whichever the database names is the one that counts; so a crash at any instant
 * leaves a file that opens the database as it is.
 */
final class KeyFileSlot {
  private static final String START = "PALE-KEY-1-";

  private KeyFileSlot() {}

  /** A slot and the new key file, which is on the disk under its {@code fresh} name. */
  record Made(Slot slot, Path fresh, Path target) {
    /** Puts the key file under its own name, after the slot was committed. */
    void finish() throws IOException {
      FileGuard.replace(fresh, target);
      removeStrays(target);
    }

    /** Takes the key file away again: the slot was not committed. */
    void undo() throws IOException {
      Files.deleteIfExists(fresh);
    }
  }

  /**
   * Makes a slot and its key file.
   *
   * @param replacing the slots that go in the same step, whose key files may be replaced
   */
  static Made make(
      long id, Path target, byte[] vault, byte[] root, long now, List<Slot> replacing) {
    Path path = target.toAbsolutePath().normalize();
    Path parent = path.getParent();
    Path name = path.getFileName();
    if (parent == null || name == null) {
      throw PaleException.usage(
          207, "not a place for a key file: " + path, "", "name a file in a folder of your own");
    }
    if (!Files.isDirectory(parent)) {
      FileGuard.folder(parent);
    }
    refuseWorkTree(path);
    if (Files.isSymbolicLink(path) || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw PaleException.of(
          207, "the key file cannot be written", path + " is a link or a folder", "name another");
    }
    if (Files.exists(path) && !isReplaced(path, replacing)) {
      throw PaleException.of(
          207,
          "there is a file already where the key file would go",
          path + " may be the key of another vault, which would be lost",
          "move it away, or name another file");
    }
    byte[] key = Keys.random(32);
    try {
      String fingerprint = Keys.fingerprint(key);
      String params = fingerprint + " " + path;
      byte[] wrapped = Envelope.seal(key, Slot.bound(vault, Slot.KEY_FILE, params), root);
      Path fresh = beside(path, fingerprint);
      byte[] text = text(key, fingerprint);
      FileGuard.writeDurably(fresh, text);
      FileGuard.syncFolder(fresh);
      Arrays.fill(text, (byte) 0);
      return new Made(new Slot(id, Slot.KEY_FILE, params, now, wrapped, new byte[0]), fresh, path);
    } catch (IOException e) {
      throw PaleException.of(
          207, "the key file cannot be written", path.toString(), "check the folder", e);
    } finally {
      Keys.wipe(key);
    }
  }

  /** Key files of changes that were stopped before their commit: they open nothing. */
  private static void removeStrays(Path target) throws IOException {
    Path folder = target.getParent();
    String start = target.getFileName() + ".";
    if (folder == null) {
      return;
    }
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (name.startsWith(start)
            && name.length() == start.length() + 16
            && name.substring(start.length()).chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isReplaced(Path path, List<Slot> replacing) {
    for (Slot slot : replacing) {
      if (slot.kind.equals(Slot.KEY_FILE) && path(slot).equals(path)) {
        return true;
      }
    }
    return false;
  }

  private static Path beside(Path path, String fingerprint) {
    return path.resolveSibling(path.getFileName() + "." + fingerprint);
  }

  private static byte[] text(byte[] key, String fingerprint) {
    byte[] head =
        ("# The key of a Pale vault (" + fingerprint + "). Whoever reads it reads the secrets.\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] out = Arrays.copyOf(head, head.length + START.length() + 65);
    int at = head.length;
    for (int i = 0; i < START.length(); i++) {
      out[at++] = (byte) START.charAt(i);
    }
    for (byte b : key) {
      out[at++] = (byte) Character.forDigit((b >> 4) & 15, 16);
      out[at++] = (byte) Character.forDigit(b & 15, 16);
    }
    out[at] = '\n';
    return out;
  }

  /** The path that the slot remembers. */
  static Path path(Slot slot) {
    return Path.of(slot.params.length() > 17 ? slot.params.substring(17) : "/");
  }

  /** Removes the key file of a slot that is gone, unless another slot's is there by now. */
  static void forget(Slot slot) {
    Path path = path(slot);
    try {
      Files.deleteIfExists(beside(path, fingerprint(slot)));
      if (Files.exists(path)) {
        byte[] key = read(path);
        if (Keys.fingerprint(key).equals(fingerprint(slot))) {
          Files.delete(path);
        }
        Keys.wipe(key);
      }
    } catch (IOException | PaleException e) {
      // Without its slot the file opens nothing.
    }
  }

  private static String fingerprint(Slot slot) {
    return slot.params.length() > 16 ? slot.params.substring(0, 16) : "";
  }

  /**
   * The root key.
   *
   * @throws PaleException 207 when there is no file, 217 when it is not safe, 201 when it is the
   *     key of another vault
   */
  static byte[] open(Slot slot, byte[] vault, @Nullable Path given) {
    Path path = given == null ? path(slot) : given;
    byte @Nullable [] key = null;
    PaleException failure = null;
    try {
      key = read(path);
      byte[] root = unwrap(slot, vault, key);
      if (root.length != 0) {
        return root;
      }
      failure = Failures.wrongKey(fingerprint(slot), Keys.fingerprint(key), null);
    } catch (PaleException e) {
      failure = e;
    } finally {
      if (key != null) {
        Keys.wipe(key);
      }
    }
    Path fresh = beside(path, fingerprint(slot));
    if (Files.exists(fresh)) {
      byte[] next = read(fresh);
      byte[] root = unwrap(slot, vault, next);
      Keys.wipe(next);
      if (root.length != 0) {
        return root;
      }
    }
    throw failure;
  }

  /** Empty when the key is not the slot's. */
  private static byte[] unwrap(Slot slot, byte[] vault, byte[] key) {
    try {
      return Envelope.open(key, Slot.bound(vault, Slot.KEY_FILE, slot.params), slot.wrapped);
    } catch (AuthenticationException e) {
      return new byte[0];
    }
  }

  private static byte[] read(Path path) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw PaleException.of(
          207,
          "the vault's key file is not there",
          path.toString(),
          "put it back, or pale vault recover with the recovery code");
    }
    FileGuard.check("key file", path);
    refuseWorkTree(path);
    byte[] text;
    try {
      text = Files.readAllBytes(path);
    } catch (IOException e) {
      throw PaleException.of(207, "the key file cannot be read", path.toString(), "", e);
    }
    try {
      return parse(text, path);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /** Lines that start with # are for people. */
  private static byte[] parse(byte[] text, Path path) {
    int at = 0;
    while (at < text.length && text[at] == '#') {
      while (at < text.length && text[at] != '\n') {
        at++;
      }
      at++;
    }
    byte[] key = new byte[32];
    boolean good = text.length - at >= START.length() + 64;
    for (int i = 0; good && i < START.length(); i++) {
      good = text[at + i] == START.charAt(i);
    }
    for (int i = 0; good && i < 32; i++) {
      int where = at + START.length() + 2 * i;
      int high = Character.digit(text[where], 16);
      int low = Character.digit(text[where + 1], 16);
      good = high >= 0 && low >= 0;
      key[i] = (byte) (high << 4 | low);
    }
    int end = at + START.length() + 64;
    for (int i = end; good && i < text.length; i++) {
      good = text[i] == '\n' || text[i] == '\r' || text[i] == ' ';
    }
    if (!good) {
      throw PaleException.of(
          207,
          "not a key file of Pale",
          path + " was changed or is another file",
          "put the key file back, or pale vault recover with the recovery code");
    }
    return key;
  }

  /** A key beside the code would be committed sooner or later. */
  private static void refuseWorkTree(Path path) {
    for (Path folder = path.toAbsolutePath().normalize().getParent();
        folder != null;
        folder = folder.getParent()) {
      if (Files.exists(folder.resolve(".git"))) {
        throw PaleException.of(
            207,
            "a key file must be outside of every git work tree",
            path + " is below " + folder,
            "name a file elsewhere, for instance in ~/.config/pale");
      }
    }
  }
}
