package dev.pale.cli.age;

import dev.pale.cli.context.Context;
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
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the result goes. A file is written beside its final name, readable by its owner alone, and
 * takes the name when it is whole; until then, and after a failure, what was there before stays.
 */
final class AgeOutput {
  private static final PosixFilePermission[] READ_AND_WRITE = {
    PosixFilePermission.OTHERS_WRITE,
    PosixFilePermission.OTHERS_READ,
    PosixFilePermission.GROUP_WRITE,
    PosixFilePermission.GROUP_READ,
    PosixFilePermission.OWNER_WRITE,
    PosixFilePermission.OWNER_READ
  };

  private static final int[] BITS = {02, 04, 020, 040, 0200, 0400};

  private final Context context;

  /** Null for standard output. */
  private final @Nullable Path file;

  private @Nullable Path temporary;
  private @Nullable BackgroundOutput open;
  private @Nullable Thread cleaner;

  private AgeOutput(Context context, @Nullable Path file) {
    this.context = context;
    this.file = file;
  }

  /**
   * @param binary whether the result would be unreadable on a terminal
   */
  static AgeOutput of(Context context, Optional<String> name, AgeInput source, boolean binary) {
    if (name.isEmpty() || name.get().equals(AgeInput.STANDARD)) {
      if (binary && name.isEmpty() && context.terminal().output()) {
        throw PaleException.of(
            276,
            "binary output does not go to a terminal",
            "",
            "add -a for the text form, -o FILE, or -o - to force it");
      }
      return new AgeOutput(context, null);
    }
    Path wanted = context.cwd().resolve(name.get());
    try {
      // Through a link, as age writes; the file that is replaced is the one it points to.
      Path file = Files.isSymbolicLink(wanted) ? wanted.toRealPath() : wanted;
      if (source.isSameAs(file)) {
        throw PaleException.of(
            277, "input and output are the same file", file.toString(), "name another output");
      }
      if (Files.isDirectory(file) || name.get().isEmpty()) {
        throw PaleException.of(278, "cannot write " + file, "it is a folder", "name a file");
      }
      Path folder = file.toAbsolutePath().getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        throw PaleException.of(278, "there is no folder " + folder, "", "create it first");
      }
      if (Files.exists(file) && !Files.isWritable(file)) {
        throw PaleException.of(278, "cannot write " + file, "permission denied", "check its mode");
      }
      return new AgeOutput(context, file.toAbsolutePath());
    } catch (IOException e) {
      throw PaleException.of(
          278, "cannot write " + wanted, "it points to nothing", "name the file itself", e);
    }
  }

  BackgroundOutput open() throws IOException {
    Path named = file;
    OutputStream out;
    if (named == null) {
      out = new Checked(context);
    } else if (Files.exists(named) && !Files.isRegularFile(named)) {
      // A device or a pipe has no other name to appear under.
      out = Files.newOutputStream(named, StandardOpenOption.WRITE);
    } else {
      byte[] random = new byte[8];
      new SecureRandom().nextBytes(random);
      Path beside = named.resolveSibling(".pale-age-" + HexFormat.of().formatHex(random));
      temporary = beside;
      cleaner = new Thread(() -> delete(beside));
      Runtime.getRuntime().addShutdownHook(cleaner);
      out =
          Channels.newOutputStream(
              FileChannel.open(
                  beside,
                  Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------"))));
    }
    BackgroundOutput background = new BackgroundOutput(out);
    open = background;
    return background;
  }

  /** The result is whole: it gets its name. */
  void commit() throws IOException {
    Path written = temporary;
    Path named = file;
    if (written != null && named != null) {
      Files.setPosixFilePermissions(written, mode(named));
      Files.move(
          written, named, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      temporary = null;
    }
  }

  /** Takes away what did not become whole; does nothing after {@link #commit}. */
  void abandon() {
    BackgroundOutput background = open;
    if (background != null) {
      background.abandon();
    }
    Path left = temporary;
    if (left != null) {
      delete(left);
    }
    if (cleaner != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(cleaner);
      } catch (IllegalStateException ending) {
        // The process is ending: the hook runs anyway.
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The failure that left it behind is already on its way to the user.
    }
  }

  /** What age leaves: the mode of the file that was there, else what the umask allows. */
  private static Set<PosixFilePermission> mode(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Files.getPosixFilePermissions(file);
    }
    int umask = 077;
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Umask:")) {
        umask = Integer.parseInt(line.substring("Umask:".length()).strip(), 8);
      }
    }
    Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < BITS.length; i++) {
      if ((umask & BITS[i]) == 0) {
        mode.add(READ_AND_WRITE[i]);
      }
    }
    return mode;
  }

  @Override
  public String toString() {
    return file == null ? "standard output" : file.toString();
  }

  /** Standard output, which keeps its failures to itself unless it is asked. */
  private static final class Checked extends OutputStream {
    private final Context context;

    Checked(Context context) {
      this.context = context;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      context.out().write(bytes, offset, length);
      check();
    }

    @Override
    public void close() throws IOException {
      check();
    }

    private void check() throws IOException {
      if (context.out().checkError()) {
        throw new IOException("standard output");
      }
    }
  }
}
