package dev.pale.cli.sops;

import dev.pale.cli.context.RegularFile;
import dev.pale.secrets.PaleException;
import dev.pale.sops.SopsTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/** Files that are read whole and replaced whole: never half written, whatever ends the process. */
final class WholeFile {
  /** What the content is. */
  enum Content {
    /** Encrypted: the file keeps its mode, a new one gets the usual mode. */
    SEALED,
    /** Plaintext: nobody but the owner may read the file, whatever its mode was. */
    PLAIN
  }

  private WholeFile() {}

  /** The content; error 489 when it is not there, 491 when it cannot be read, 450 when too long. */
  static byte[] read(Path file) {
    RegularFile.require(file);
    try (InputStream in = Files.newInputStream(file)) {
      return bounded(in, file.toString());
    } catch (NoSuchFileException e) {
      throw absent(file);
    } catch (IOException e) {
      throw PaleException.of(
          491, "cannot read " + file, e.getClass().getSimpleName(), "check owner and mode", e);
    }
  }

  static PaleException absent(Path file) {
    return PaleException.of(489, "there is no file " + file, "", "check the name");
  }

  /** All of a stream, as far as a SOPS file may be long. */
  static byte[] bounded(InputStream in, String name) throws IOException {
    byte[] content = in.readNBytes(SopsTree.MAX_FILE_BYTES + 1);
    if (content.length > SopsTree.MAX_FILE_BYTES) {
      throw PaleException.of(
          450, name + " is too large", "SOPS files are read up to 64 MiB", "divide the file");
    }
    return content;
  }

  /**
   * Refuses an output that is a link to a file: a repository could have put it there. Links to
   * pipes and terminals, {@code /dev/stdout}, are the system's.
   */
  static void refuseLink(Path wanted) {
    if (Files.isSymbolicLink(wanted) && (Files.isRegularFile(wanted) || !Files.exists(wanted))) {
      throw PaleException.of(
          490,
          wanted + " is a symbolic link",
          "the output goes where you say, not where that points",
          "name the file itself");
    }
  }

  /**
   * Puts a content in a file's place. The other names of a file with several (hard links) keep the
   * old content; a symbolic link is followed.
   *
   * @throws PaleException 490 when it cannot be written; the file is as it was then
   */
  static void write(Path wanted, byte[] content, Content kind) {
    try {
      if (Files.exists(wanted) && !Files.isRegularFile(wanted)) {
        if (Files.isDirectory(wanted)) {
          throw PaleException.of(490, wanted + " is a folder", "", "name a file");
        }
        // A pipe or a terminal that the caller named: there is nothing to replace.
        try (OutputStream out = Files.newOutputStream(wanted)) {
          out.write(content);
        }
        return;
      }
      Path file = Files.exists(wanted) ? wanted.toRealPath() : wanted.toAbsolutePath();
      replace(file, content, kind);
    } catch (IOException e) {
      throw PaleException.of(
          490,
          "cannot write " + wanted,
          e.getClass().getSimpleName(),
          "check the folder's owner and mode, and the space there",
          e);
    }
  }

  private static void replace(Path file, byte[] content, Content kind) throws IOException {
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    Path temporary = file.resolveSibling(".pale-" + HexFormat.of().formatHex(random));
    boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    try {
      try (FileChannel out =
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              there || kind == Content.PLAIN ? OWNER_ONLY : USUAL)) {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        out.force(true);
      }
      if (there) {
        keepOwner(file, temporary);
        Set<PosixFilePermission> mode =
            EnumSet.copyOf(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
        if (kind == Content.PLAIN) {
          mode.retainAll(PosixFilePermissions.fromString("rwx------"));
        }
        Files.setPosixFilePermissions(temporary, mode);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Only root can give a file away; for others owner and group are the same already, or stay. */
  private static void keepOwner(Path file, Path temporary) {
    try {
      Object uid = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      Object gid = Files.getAttribute(file, "unix:gid", LinkOption.NOFOLLOW_LINKS);
      if (!uid.equals(Files.getAttribute(temporary, "unix:uid"))) {
        Files.setAttribute(temporary, "unix:uid", uid);
      }
      if (!gid.equals(Files.getAttribute(temporary, "unix:gid"))) {
        Files.setAttribute(temporary, "unix:gid", gid);
      }
    } catch (IOException notAllowed) {
      // The content is right, and no more people can read it than before.
    }
  }

  private static final FileAttribute<?>[] OWNER_ONLY = {
    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
  };

  private static final FileAttribute<?>[] USUAL = {};
}
