package dev.pale.cli.reference;

import dev.pale.secrets.PaleException;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** The mode of a file with values in it. */
final class FileMode {
  private static final PosixFilePermission[] BITS = {
    PosixFilePermission.OTHERS_EXECUTE,
    PosixFilePermission.OTHERS_WRITE,
    PosixFilePermission.OTHERS_READ,
    PosixFilePermission.GROUP_EXECUTE,
    PosixFilePermission.GROUP_WRITE,
    PosixFilePermission.GROUP_READ,
    PosixFilePermission.OWNER_EXECUTE,
    PosixFilePermission.OWNER_WRITE,
    PosixFilePermission.OWNER_READ
  };

  private FileMode() {}

  /** Reads {@code 0600} and its like; error 657 for what is none, or lets everybody write. */
  static Set<PosixFilePermission> parse(String text) {
    int mode = -1;
    if (text.length() >= 3 && text.length() <= 4) {
      mode = 0;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        mode = mode < 0 || c < '0' || c > '7' ? -1 : mode * 8 + c - '0';
      }
    }
    if (mode < 0 || mode > 0777 || (mode & 0002) != 0) {
      throw PaleException.usage(
          657,
          "not a mode for a file with values",
          "three or four octal digits, without the right for everybody to write",
          "--file-mode 0600");
    }
    EnumSet<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < BITS.length; i++) {
      if ((mode & (1 << i)) != 0) {
        permissions.add(BITS[i]);
      }
    }
    return permissions;
  }
}
