package dev.pale.formats.project;

import dev.pale.formats.text.StrictText;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Which files the user trusts, by the hash of their content: a changed file is asked for again.
 *
 * <p>Kept in the file {@code trust} of the state folder, mode 0600, replaced atomically.
 * Thread-safe within reason: the last of two simultaneous writers wins.
 */
public final class TrustStore {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;

  /**
   * A store in this folder, which the caller created with mode 0700.
   *
   * @param stateFolder the folder
   */
  public TrustStore(Path stateFolder) {
    this.file = stateFolder.resolve("trust");
  }

  /**
   * Whether exactly these bytes at this path are trusted.
   *
   * @throws dev.pale.secrets.PaleException 510 when the store itself is damaged or not safe
   */
  public boolean isTrusted(Path path, byte[] bytes) {
    Path canonical = canonical(path);
    for (Trusted one : list()) {
      if (one.path.equals(canonical)) {
        return one.sha256.equals(sha256(bytes));
      }
    }
    return false;
  }

  /** Trusts these bytes at this path, instead of what was trusted there before. */
  public void trust(Path path, byte[] bytes) {
    Path canonical = canonical(path);
    List<Trusted> all = without(canonical);
    all.add(new Trusted(canonical, sha256(bytes)));
    write(all);
  }

  /** Trusts nothing at this path any more; whether something was. */
  public boolean untrust(Path path) {
    List<Trusted> before = list();
    List<Trusted> after = without(canonical(path));
    if (after.size() == before.size()) {
      return false;
    }
    write(after);
    return true;
  }

  /** All trusted files, in the order of paths. */
  public List<Trusted> list() {
    byte[] bytes = read();
    List<Trusted> all = new ArrayList<>();
    String text = StrictText.require(bytes, 510, "the list of trusted files");
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      if (end < start + 67 || text.charAt(start + 64) != ' ') {
        throw damaged();
      }
      all.add(
          new Trusted(
              Path.of(unescaped(text.substring(start + 65, end))),
              text.substring(start, start + 64)));
      start = end + 1;
    }
    return all;
  }

  private List<Trusted> without(Path path) {
    List<Trusted> others = new ArrayList<>();
    for (Trusted one : list()) {
      if (!one.path.equals(path)) {
        others.add(one);
      }
    }
    return others;
  }

  private byte[] read() {
    Optional<SafeFile.Stat> is = SafeFile.stat(file);
    if (is.isEmpty()) {
      return new byte[0];
    }
    if ((is.get().mode() & 0170077) != 0100000) {
      throw PaleException.of(
          510,
          file + " is not safe",
          "it must be a regular file that only you can read and write",
          "remove it, and trust your projects again");
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(List<Trusted> all) {
    all.sort(Comparator.comparing(Trusted::path));
    StringBuilder text = new StringBuilder();
    for (Trusted one : all) {
      text.append(one.sha256).append(' ').append(escaped(one.path.toString())).append('\n');
    }
    try {
      Path folder = file.toAbsolutePath().getParent();
      Path fresh = Files.createTempFile(folder, "trust", ".new", OWNER_ONLY);
      try {
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
          ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
          channel.force(true);
        }
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PaleException damaged() {
    return PaleException.of(
        510, file + " is damaged", "", "remove it, and trust your projects again");
  }

  private static Path canonical(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    if (folder == null) {
      return absolute;
    }
    try {
      return folder.toRealPath().resolve(absolute.getFileName());
    } catch (IOException gone) {
      // A folder that is gone can still be untrusted under the name that it had.
      return absolute;
    }
  }

  private static String escaped(String path) {
    return path.replace("\\", "\\\\").replace("\n", "\\n");
  }

  private static String unescaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        c = text.charAt(i) == 'n' ? '\n' : text.charAt(i);
      }
      out.append(c);
    }
    return out.toString();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  /**
   * A trusted file.
   *
   * @param path canonical path
   * @param sha256 lower-case hex of the content's hash
   */
  public record Trusted(Path path, String sha256) {}

  @Override
  public String toString() {
    return "TrustStore[" + file + "]";
  }
}
