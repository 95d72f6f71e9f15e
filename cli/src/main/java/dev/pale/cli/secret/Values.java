package dev.pale.cli.secret;

import dev.pale.cli.context.RegularFile;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** Values on their way in: read, and checked before the vault sees them. */
final class Values {
  /** Larger than any value that a process can be given, small enough to hold in memory. */
  static final int MAX_BYTES = 8 << 20;

  private Values() {}

  static SecretValue fromFile(SecretName name, Path file) {
    RegularFile.require(file);
    try (InputStream in = Files.newInputStream(file)) {
      return limited(name, in);
    } catch (NoSuchFileException e) {
      throw PaleException.of(138, "there is no file " + file, "", "check the path", e);
    } catch (IOException e) {
      throw PaleException.of(
          138, "cannot read " + file, e.getClass().getSimpleName(), "check the file's mode", e);
    }
  }

  /** All of standard input; one final line end is taken off unless {@code raw}. */
  static SecretValue fromInput(SecretName name, InputStream in, boolean raw) {
    try {
      SecretValue all = limited(name, in);
      if (raw) {
        return all;
      }
      try (all) {
        byte[] bytes = all.bytes(Reveal.SEAL);
        int length = bytes.length;
        if (length > 0 && bytes[length - 1] == '\n') {
          length -= length > 1 && bytes[length - 2] == '\r' ? 2 : 1;
        }
        return SecretValue.owning(name.text(), Arrays.copyOf(bytes, length));
      }
    } catch (IOException e) {
      throw PaleException.of(
          138, "cannot read standard input", e.getClass().getSimpleName(), "", e);
    }
  }

  private static SecretValue limited(SecretName name, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      Arrays.fill(bytes, (byte) 0);
      throw PaleException.of(
          138,
          "the value of " + name + " is larger than 8 MiB",
          "a vault is for secrets, not for files of any size",
          "keep the file elsewhere and its key in the vault");
    }
    return SecretValue.owning(name.text(), bytes);
  }

  static void check(SecretName name, SecretValue value, boolean allowEmpty) {
    byte[] bytes = value.bytes(Reveal.SEAL);
    if (bytes.length == 0 && !allowEmpty) {
      throw PaleException.usage(
          135,
          "the value of " + name + " is empty",
          "nothing was typed, or standard input held nothing",
          "pipe the value in, or add --allow-empty if it is meant");
    }
    for (byte b : bytes) {
      if (b == 0) {
        throw PaleException.of(
            136,
            "the value of " + name + " holds a zero byte",
            "no environment variable can hold one",
            "keep it in base64: base64 -w0 FILE | pale set " + name);
      }
    }
  }

  static PaleException dangerous(SecretName name) {
    return PaleException.usage(
        137,
        name + " is a name that steers a loader, an interpreter or Pale",
        "whoever can write its value could run code in every program that gets it",
        "use another name, or add --allow-dangerous-name");
  }
}
