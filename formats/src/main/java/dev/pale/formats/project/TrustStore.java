package dev.pale.formats.project;

import dev.pale.formats.text.StrictText;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * Which files the user trusts, by the hash of their content: a changed file is asked for again.
 *
 * <p>Kept in the file {@code trust} of the state folder, mode 0600, replaced atomically.
 * Thread-safe within reason: the last of two simultaneous writers wins.
 */
public final class TrustStore {
  private final StateFile file;

  /**
   * A store in this folder, which the caller created with mode 0700.
   *
   * @param stateFolder the folder
   */
  public TrustStore(Path stateFolder) {
    this.file = new StateFile(stateFolder.resolve("trust"), 510, "trust your projects again");
  }

  /**
   * Whether exactly these bytes at this path are trusted.
   *
   * @throws dev.pale.secrets.PaleException 510 when the store itself is damaged or not safe
   */
  public boolean isTrusted(Path path, byte[] bytes) {
    Path canonical = StateFile.canonical(path);
    for (Trusted one : list()) {
      if (one.path.equals(canonical)) {
        return one.sha256.equals(sha256(bytes));
      }
    }
    return false;
  }

  /** Trusts these bytes at this path, instead of what was trusted there before. */
  public void trust(Path path, byte[] bytes) {
    Path canonical = StateFile.canonical(path);
    List<Trusted> all = without(canonical);
    all.add(new Trusted(canonical, sha256(bytes)));
    write(all);
  }

  /** Trusts nothing at this path any more; whether something was. */
  public boolean untrust(Path path) {
    List<Trusted> before = list();
    List<Trusted> after = without(StateFile.canonical(path));
    if (after.size() == before.size()) {
      return false;
    }
    write(after);
    return true;
  }

  /** All trusted files, in the order of paths. */
  public List<Trusted> list() {
    byte[] bytes = file.read();
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
              Path.of(StateFile.unescaped(text.substring(start + 65, end))),
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

  private void write(List<Trusted> all) {
    all.sort(Comparator.comparing(Trusted::path));
    StringBuilder text = new StringBuilder();
    for (Trusted one : all) {
      text.append(one.sha256)
          .append(' ')
          .append(StateFile.escaped(one.path.toString()))
          .append('\n');
    }
    file.write(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private PaleException damaged() {
    return file.damaged();
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
