package dev.pale.formats.project;

import dev.pale.formats.text.StrictText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which {@code pale.toml} may speak for which project. Without this, a repository that was just
 * cloned could name one of the user's projects and have its values given to the repository's own
 * scripts at the next {@code pale run}.
 *
 * <p>A file becomes known for a project when {@code pale init} writes it or {@code pale trust} is
 * asked for it. Kept in the file {@code projects} of the state folder: a line each, {@code
 * project/environment}, a blank, the canonical path of the file.
 *
 * <p>Thread-safe within reason: the last of two simultaneous writers wins. On the path of every
 * run: read without hashing or parsing more than needed.
 */
public final class KnownProjects {
  private final StateFile file;

  /** The list in this folder, which the caller created with mode 0700. */
  public KnownProjects(Path stateFolder) {
    this.file =
        new StateFile(stateFolder.resolve("projects"), 510, "run pale trust in your projects");
  }

  /**
   * Whether this file may speak for the project.
   *
   * @param path canonical path of a {@code pale.toml}, as {@link FoundProject#path()} gives it
   * @param environment the environment that the file names; empty when the user named one
   * @throws dev.pale.secrets.PaleException 510 when the list is damaged or not safe
   */
  public boolean mayUse(Path path, String project, Optional<String> environment) {
    String start = project + "/";
    String end = " " + StateFile.escaped(path.toString());
    for (String line : lines()) {
      if (line.startsWith(start)
          && line.substring(line.indexOf(' ')).equals(end)
          && (environment.isEmpty()
              || line.substring(start.length(), line.indexOf(' ')).equals(environment.get()))) {
        return true;
      }
    }
    return false;
  }

  /** From now on this file may speak for this project and environment, and for no other. */
  public void remember(Path path, String project, Optional<String> environment) {
    Path canonical = StateFile.canonical(path);
    List<String> kept = without(canonical);
    kept.add(
        project + "/" + environment.orElse("") + " " + StateFile.escaped(canonical.toString()));
    write(kept);
  }

  /** This file may speak for no project any more; whether it could. */
  public boolean forget(Path path) {
    List<String> before = lines();
    List<String> after = without(StateFile.canonical(path));
    write(after);
    return after.size() < before.size();
  }

  private List<String> without(Path canonical) {
    String end = " " + StateFile.escaped(canonical.toString());
    List<String> kept = new ArrayList<>();
    for (String line : lines()) {
      if (!line.substring(line.indexOf(' ')).equals(end)) {
        kept.add(line);
      }
    }
    return kept;
  }

  private void write(List<String> lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(line).append('\n');
    }
    file.write(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private List<String> lines() {
    String text = StrictText.require(file.read(), 510, "the list of known projects");
    List<String> lines = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      if (end < 0 || text.indexOf(' ', start) < 0 || text.indexOf(' ', start) > end) {
        throw file.damaged();
      }
      lines.add(text.substring(start, end));
      start = end + 1;
    }
    return lines;
  }
}
