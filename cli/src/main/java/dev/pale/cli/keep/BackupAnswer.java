package dev.pale.cli.keep;

import dev.pale.cli.screen.Screen;
import dev.pale.formats.json.JsonWriter;
import dev.pale.vault.BackupInfo;
import java.nio.file.Path;

/** The answer of {@code vault backup} and {@code vault restore}. */
final class BackupAnswer {
  private BackupAnswer() {}

  static void tell(Screen screen, Path file, BackupInfo info, String verb) {
    if (screen.json()) {
      screen.document(
          new JsonWriter()
              .beginObject()
              .member("file", file.toString())
              .member("vaultId", info.vaultId())
              .member("key", info.rootFingerprint())
              .member("created", info.created())
              .member("projects", info.projects())
              .member("environments", info.environments())
              .member("versions", info.versions())
              .endObject());
    }
    screen.remark(
        file
            + " "
            + verb
            + " "
            + Screen.count(info.projects(), "project")
            + ", "
            + Screen.count(info.environments(), "environment")
            + ", "
            + Screen.count(info.versions(), "version")
            + "; vault "
            + info.vaultId()
            + ", key "
            + info.rootFingerprint());
  }
}
