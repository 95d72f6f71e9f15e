package dev.pale.vault;

import dev.pale.secrets.PaleException;
import dev.pale.system.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Puts SQLite's native library into the state folder and tells sqlite-jdbc where it is. Without
 * this, each start would unpack it into the shared temporary folder. The launcher normally has done
 * it before, and then this class is not loaded.
 */
final class NativeLibrary {
  private NativeLibrary() {}

  static synchronized void unpack(Folders folders) {
    if (System.getProperty("org.sqlite.lib.path") != null) {
      return;
    }
    String arch = org.sqlite.util.OSInfo.getNativeLibFolderPathForCurrentOS();
    String resource = "/org/sqlite/native/" + arch + "/libsqlitejdbc.so";
    try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw PaleException.of(
            216, "SQLite's native library for " + arch + " is not in this build", "", "");
      }
      byte[] library = in.readAllBytes();
      Path folder =
          FileGuard.folder(
              FileGuard.folder(folders.state())
                  .resolve("sqlite-" + SQLiteJDBCLoader.getVersion() + "-" + library.length));
      Path target = folder.resolve("libsqlitejdbc.so");
      if (!Files.exists(target) || Files.size(target) != library.length) {
        Path fresh = Files.createTempFile(folder, "lib", ".tmp");
        Files.write(fresh, library);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      }
      System.setProperty("org.sqlite.lib.path", folder.toString());
      System.setProperty("org.sqlite.lib.name", "libsqlitejdbc.so");
    } catch (IOException e) {
      throw PaleException.of(
          216,
          "SQLite's native library cannot be unpacked",
          folders.state() + ": " + e.getClass().getSimpleName(),
          "make the state folder writable for you",
          e);
    }
  }
}
