package dev.pale.providers.local;

import dev.pale.crypto.age.AgePlugins;
import dev.pale.crypto.age.PluginDialogue;
import dev.pale.providers.spi.Surroundings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plugins of age that have nobody to ask: stores are read at the same time, without a terminal. */
final class Quiet {
  private Quiet() {}

  static AgePlugins plugins(Surroundings surroundings) {
    List<Path> folders = new ArrayList<>();
    for (String folder : surroundings.variables().get("PATH").split(":", -1)) {
      try {
        if (folder.startsWith("/")) {
          folders.add(Path.of(folder));
        }
      } catch (InvalidPathException e) {
        // No folder.
      }
    }
    return new AgePlugins(
        folders, surroundings.cwd(), surroundings.variables().all(), new Silence());
  }

  private static final class Silence implements PluginDialogue {
    @Override
    public void message(String plugin, String text) {
      // Nobody is there to read it.
    }

    @Override
    public Optional<Boolean> confirm(String plugin, String text, String yes, Optional<String> no) {
      return Optional.empty();
    }

    @Override
    public Optional<byte[]> ask(String plugin, String text, boolean secret) {
      return Optional.empty();
    }
  }
}
