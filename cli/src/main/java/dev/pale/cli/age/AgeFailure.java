package dev.pale.cli.age;

import dev.pale.crypto.CryptoException;
import dev.pale.secrets.PaleException;
import java.io.IOException;

/** Tells a failure of the age room as Pale tells failures. */
final class AgeFailure {
  private AgeFailure() {}

  /** Work on an age file. */
  interface Work<T> {
    T run() throws IOException;
  }

  /** Does the work; what the age room throws becomes an error with a code. */
  static <T> T telling(Work<T> work) throws IOException {
    try {
      return work.run();
    } catch (CryptoException e) {
      throw of(e);
    }
  }

  static PaleException of(CryptoException e) {
    // The room's own messages hold nothing of the input.
    String what = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case NO_MATCHING_IDENTITY ->
          PaleException.of(
              272,
              "the file is not encrypted to any of your identities, or the passphrase is wrong",
              "",
              "name the right identity with -i",
              e);
      case AUTHENTICATION ->
          PaleException.of(
              274,
              what,
              "it was damaged or changed, or it ends too early; what came out before is not the"
                  + " whole file",
              "get the file again",
              e);
      case FORMAT, TYPO -> PaleException.of(273, what, "", "check the file or the key", e);
      case PASSPHRASE_NEEDED -> PaleException.of(271, what, "", "call it in a terminal", e);
      case PLUGIN ->
          PaleException.of(280, what, "", "install the plugin, or see what it says itself", e);
      case UNSUPPORTED, LIMIT, UNAVAILABLE ->
          PaleException.of(281, what, "", "ask for the file in another form", e);
    };
  }

  static PaleException of(IOException e, AgeInput source, AgeOutput target) {
    if (e instanceof BackgroundOutput.WriteFailed) {
      return PaleException.of(
          278,
          "cannot write " + target,
          "the disk is full, or its reader has gone",
          "free space, or name another output",
          e);
    }
    return PaleException.of(
        278,
        "reading " + source + " or making " + target + " failed",
        e.getClass().getSimpleName(),
        "check folder, modes and space",
        e);
  }
}
