package dev.pale.providers.local;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A program whose content the user confirmed.
 *
 * <p>What the program itself starts or loads (an interpreter, a library) is not covered by its
 * hash. Nobody but the user and root may be able to write the file or its folder, so that it cannot
 * be exchanged between the check and the start.
 *
 * @param provider for errors
 * @param file absolute
 * @param sha256 in lower case
 */
record Pinned(String provider, Path file, String sha256, long uid) {
  /** The file to start; error 636 when it is not the one that was confirmed. */
  Path checked() {
    try {
      Path real = file.toRealPath();
      if (!Files.isRegularFile(real) || !Files.isExecutable(real)) {
        throw refused("it is not an executable file", "chmod +x " + file);
      }
      requireOwned(real);
      requireOwned(real.resolveSibling(""));
      String now = hash(real);
      if (!MessageDigest.isEqual(now.getBytes(US_ASCII), sha256.getBytes(US_ASCII))) {
        throw refused(
            "its content is not what you confirmed",
            "look at what changed; when you trust it: pale provider add "
                + provider
                + " --replace with its new sha256");
      }
      return real;
    } catch (IOException e) {
      throw refused("it cannot be read", "check the path and its permissions");
    }
  }

  private void requireOwned(Path path) throws IOException {
    Path real = path.toRealPath();
    if (!(Files.getAttribute(real, "unix:uid") instanceof Integer owner)
        || !(Files.getAttribute(real, "unix:mode") instanceof Integer mode)) {
      throw new IOException("no owner");
    }
    if (owner != 0 && owner != uid) {
      throw refused("it or its folder belongs to another user", "copy it to a folder of your own");
    }
    // A folder that all can write to is safe against exchange when it is sticky and the file ours.
    boolean sticky = Files.isDirectory(real) && (mode & 01000) != 0;
    if ((mode & 022) != 0 && !sticky) {
      throw refused("others can write to it or to its folder", "chmod go-w " + real);
    }
  }

  private static String hash(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] piece = new byte[1 << 16];
      for (int n; (n = in.read(piece)) >= 0; ) {
        digest.update(piece, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private PaleException refused(String why, String mend) {
    return PaleException.of(
        636, "the program of provider " + provider + " is not started", why, mend);
  }
}
