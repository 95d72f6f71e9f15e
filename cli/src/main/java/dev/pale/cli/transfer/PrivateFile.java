package dev.pale.cli.transfer;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A file for plaintext: mode 0600 from its first moment, whole or not there, never through a link,
 * and never into a git work tree by accident.
 */
public final class PrivateFile {
  private final Path folder;
  private final Path file;
  private Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-------");

  private PrivateFile(Path folder, Path file) {
    this.folder = folder;
    this.file = file;
  }

  /** Another mode than 0600, which it gets once it is whole. */
  public PrivateFile mode(Set<PosixFilePermission> permissions) {
    mode = Set.copyOf(permissions);
    return this;
  }

  /** Whether it is inside a git work tree. */
  public boolean isInGit() {
    for (Path at = folder; at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
        return true;
      }
    }
    return false;
  }

  /** Checks where the file would really be; error 139 or 143 when it must not be written there. */
  public static PrivateFile at(Path wanted, boolean replace, boolean intoGit) {
    Path name = wanted.getFileName();
    Path parent = wanted.toAbsolutePath().getParent();
    if (name == null || parent == null) {
      throw PaleException.usage(139, "not a file: " + wanted, "", "name a file");
    }
    Path folder;
    try {
      folder = parent.toRealPath();
    } catch (IOException e) {
      throw PaleException.of(139, "there is no folder " + parent, "", "create it first", e);
    }
    Path file = folder.resolve(name);
    if (Files.isSymbolicLink(file)) {
      throw PaleException.of(
          139,
          file + " is a symbolic link",
          "plaintext goes where you say, not where it points",
          "name the file itself");
    }
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      throw PaleException.of(139, file + " is a folder", "", "name a file in it");
    }
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      if (!replace) {
        throw PaleException.of(139, file + " is there already", "", "add --force to replace it");
      }
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw PaleException.of(139, file + " is not a regular file", "", "name another file");
      }
    }
    for (Path at = folder; at != null && !intoGit; at = at.getParent()) {
      if (Files.exists(at.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
        throw PaleException.of(
            143,
            file + " is inside the git work tree " + at,
            "plaintext there is one git add -f, one image build or one archive away from others;"
                + " .gitignore stops none of these",
            "write it elsewhere, use pale run instead, or add --into-git");
      }
    }
    return new PrivateFile(folder, file);
  }

  /** Writes beside the file, then puts it in its place. */
  public void write(Consumer<OutputStream> content) {
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    Path temporary = folder.resolve(".pale-" + HexFormat.of().formatHex(random));
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        OutputStream out = Channels.newOutputStream(channel);
        content.accept(out);
        channel.force(true);
      }
      Files.setPosixFilePermissions(temporary, mode);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw PaleException.of(
          139, "cannot write " + file, e.getClass().getSimpleName(), "check folder and space", e);
    } finally {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        // The failure that left it behind is already on its way to the user.
      }
    }
  }
}
