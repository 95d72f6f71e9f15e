package dev.pale.vault;

import dev.pale.crypto.Keys;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The end of the audit log that this user saw last, kept outside of the database: when the whole
 * file is put back to an older state, which is consistent in itself, this still tells.
 *
 * <p>The file is written after a commit and never before, so what it says is in the database for
 * sure; of two processes the slower may put back a lower number, which only weakens the check by
 * that much. It is read inside a transaction that holds the write lock. A missing or unreadable
 * file means that nothing was seen: whoever can delete it could as well delete the vault.
 */
final class AuditHead {
  private final Path file;

  AuditHead(Path stateFolder, byte[] vault) {
    file = stateFolder.resolve("seen-" + HexFormat.of().formatHex(vault));
  }

  /** Refuses a database whose log does not hold the row that was seen. */
  void check(Database db, Meta meta) {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      return;
    }
    if (content.length != 40) {
      return;
    }
    long seq = new Fields.Reader(content).number();
    byte[] seen = Arrays.copyOfRange(content, 8, 40);
    if (seq > meta.seq) {
      throw older("its log ends at row " + meta.seq + ", you have seen row " + seq);
    }
    byte[] mac = meta.mac;
    if (seq < meta.seq) {
      try (Rows row = db.query("SELECT mac FROM audit WHERE seq = ?", seq)) {
        if (!row.next()) {
          throw older("row " + seq + " of its log, which you have seen, is missing");
        }
        mac = row.bytes(1);
      }
    }
    if (!Keys.equal(mac, seen)) {
      throw older("row " + seq + " of its log is not the one that you have seen");
    }
  }

  private static PaleException older(String why) {
    return PaleException.of(
        202,
        "the vault is not the one last used here: it is older, or its log was changed",
        why,
        "if you put it back yourself: pale vault accept; otherwise pale vault restore FILE");
  }

  /**
   * Remembers the end of the log. The check is only as good as this file, so losing it is quiet.
   */
  void write(Meta meta, long pid) {
    byte[] content = Arrays.copyOf(new Fields.Writer(40).number(meta.seq).finish(), 40);
    if (meta.mac.length != 32) {
      return;
    }
    System.arraycopy(meta.mac, 0, content, 8, 32);
    Path fresh =
        file.resolveSibling(file.getFileName() + "." + pid + "-" + System.identityHashCode(this));
    try {
      Files.deleteIfExists(fresh);
      FileGuard.create(fresh);
      Files.write(fresh, content);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(fresh);
      } catch (IOException leftover) {
        // A stray file of 40 bytes without secrets.
      }
    }
  }

  void forget() throws IOException {
    Files.deleteIfExists(file);
  }
}
