package dev.pale.providers.bearer;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files with credentials that other tools put there. */
public final class CredentialFile {
  private static final int MOST_BYTES = 1 << 20;

  private CredentialFile() {}

  /**
   * A file's bytes; the caller wipes them. Links are followed: Kubernetes mounts tokens as links.
   *
   * @param what names the file in the error: {@code GOOGLE_APPLICATION_CREDENTIALS}
   * @throws PaleException 632 when it is not there, no regular file, or larger than 1 MiB
   */
  public static byte[] read(Path path, String what) {
    try {
      if (!Files.isRegularFile(path)) { // a fifo or a device would be read for ever
        throw refused(what, Files.exists(path) ? "it is no regular file" : "it is not there");
      }
      try (InputStream in = Files.newInputStream(path)) {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
          throw refused(what, "it is larger than 1 MiB");
        }
        return bytes;
      }
    } catch (IOException e) {
      throw refused(what, "it cannot be read");
    }
  }

  /** A token: the file's text without white space around it. */
  public static String token(Path path, String what) {
    byte[] bytes = read(path, what);
    try {
      String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
      if (text.isEmpty()) {
        throw refused(what, "it is empty");
      }
      return text;
    } finally {
      java.util.Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Error 632 for credentials that cannot be used. */
  public static PaleException refused(String what, String why) {
    return PaleException.of(
        632,
        what + " cannot be used",
        why,
        "check the file, or set the provider's own credentials");
  }

  /** Error 632 for credentials that are nowhere. */
  public static PaleException missing(String what, String mend) {
    return PaleException.of(632, what, "", mend);
  }
}
