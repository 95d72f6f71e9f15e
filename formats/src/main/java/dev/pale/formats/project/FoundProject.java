package dev.pale.formats.project;

import java.nio.file.Path;

/** A {@code pale.toml} that passed the checks, with the bytes that were checked. */
public final class FoundProject {
  private final Path path;
  private final byte[] bytes;
  private final ProjectFile file;

  FoundProject(Path path, byte[] bytes, ProjectFile file) {
    this.path = path;
    this.bytes = bytes;
    this.file = file;
  }

  /** The path of the file in its real folder; a link in that place keeps its own name. */
  public Path path() {
    return path;
  }

  /** The folder of the file. */
  public Path folder() {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  /** The bytes that {@link #file()} was read from; callers must not change them. */
  public byte[] bytes() {
    return bytes;
  }

  /** What the file says. */
  public ProjectFile file() {
    return file;
  }
}
