package dev.pale.cli.keep;

import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.util.Arrays;

/** Reads a recovery code: typed and not shown, or from a pipe. */
final class RecoveryCode {
  private static final int MAX_BYTES = 4096;

  private RecoveryCode() {}

  static SecretValue read(Session session) {
    if (session.context().terminal().input()) {
      return session
          .prompt()
          .hidden("recovery code", "recovery code (not shown): ", "pipe the code in");
    }
    try {
      byte[] bytes = session.context().in().readNBytes(MAX_BYTES);
      int length = 0;
      while (length < bytes.length && bytes[length] != '\n' && bytes[length] != '\r') {
        length++;
      }
      SecretValue code = SecretValue.owning("recovery code", Arrays.copyOf(bytes, length));
      Arrays.fill(bytes, (byte) 0);
      if (length == 0) {
        throw PaleException.usage(
            135,
            "there is no recovery code",
            "standard input is no terminal and held nothing",
            "run it on a terminal, or pipe the code in");
      }
      return code;
    } catch (IOException e) {
      throw PaleException.of(138, "cannot read standard input", "", "", e);
    }
  }
}
