package dev.pale.providers;

import dev.pale.providers.spi.Programs;
import java.nio.file.Path;
import java.util.Map;

/** Lets fakes in other packages start real programs. */
public final class TestPrograms {
  private TestPrograms() {}

  /** Programs of this machine with a given environment. */
  public static Programs of(Map<String, String> environment, Path cwd) {
    return ProcessSurroundings.programs(environment, cwd);
  }
}
