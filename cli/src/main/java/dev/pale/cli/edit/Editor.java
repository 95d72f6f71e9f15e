package dev.pale.cli.edit;

import dev.pale.cli.context.Context;
import dev.pale.delivery.MemoryRoot;
import dev.pale.secrets.PaleException;
import dev.pale.system.Processes;
import dev.pale.system.ProgramImage;
import dev.pale.system.SignalState;
import dev.pale.system.Signals;
import dev.pale.system.Spawner;
import dev.pale.system.SystemCallException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the user's editor on a file.
 *
 * <p>While it runs, Ctrl-C and Ctrl-\ belong to the editor: Pale ignores them, so that the file is
 * still wiped afterwards. When another signal ends Pale, the editor is ended first, because it
 * could write the file again.
 */
public final class Editor {
  private static final long GRACE_MILLIS = 2_000;
  private static final byte[] SHELL = "/bin/sh".getBytes(StandardCharsets.UTF_8);

  private final Context context;
  private final String command;

  private Editor(Context context, String command) {
    this.context = context;
    this.command = command;
  }

  /**
   * The editor of the config, of {@code VISUAL} or {@code EDITOR}, or {@code vi} or {@code nano}.
   */
  public static Editor of(Context context, Optional<String> configured) {
    for (String command :
        List.of(configured.orElse(""), context.variable("VISUAL"), context.variable("EDITOR"))) {
      if (!command.isBlank()) {
        return new Editor(context, command);
      }
    }
    if (!context.terminal().input() || !context.terminal().output()) {
      // A full-screen editor would wait for keys that never come, and print the plaintext.
      throw PaleException.of(
          144,
          "there is no terminal to edit in",
          "neither VISUAL nor EDITOR names a program that could do without",
          "call it in a terminal, or set EDITOR to a script");
    }
    for (String name : List.of("vi", "nano")) {
      for (String folder : context.variable("PATH").split(":", -1)) {
        if (folder.startsWith("/") && Files.isExecutable(Path.of(folder, name))) {
          return new Editor(context, name);
        }
      }
    }
    throw PaleException.of(
        144, "there is no editor", "neither VISUAL nor EDITOR is set", "export EDITOR=nano");
  }

  /** Runs it on a file in this folder and waits; error 144 when it fails. */
  public void edit(Path file, MemoryRoot folder) {
    // As git does it: the setting may hold options, so a shell splits it; the file name is passed
    // beside it and never becomes part of the text that the shell reads.
    List<byte[]> arguments =
        List.of(
            bytes("sh"),
            bytes("-c"),
            bytes(quiet() + " \"$1\""),
            bytes("sh"),
            bytes(file.toString()));
    List<byte[]> environment = new ArrayList<>();
    for (Map.Entry<String, String> entry : context.environment().entrySet()) {
      if (!entry.getKey().startsWith("PALE_")) {
        environment.add(bytes(entry.getKey() + "=" + entry.getValue()));
      }
    }
    Signals.ignore(Signals.INT);
    Signals.ignore(Signals.QUIT);
    try (ProgramImage image = ProgramImage.of(arguments, environment)) {
      int pid = new Spawner().start(SHELL, image, SignalState.DEFAULT);
      Processes.Change end = waitForEnd(pid, folder);
      if (!(end instanceof Processes.Change.Exited exited && exited.status() == 0)) {
        throw PaleException.of(
            144, "the editor failed; nothing was changed", command, "set EDITOR to one that works");
      }
    } catch (SystemCallException e) {
      throw PaleException.of(144, "the editor cannot be started", e.text(), "set EDITOR", e);
    } finally {
      Signals.restoreDefault(Signals.INT);
      Signals.restoreDefault(Signals.QUIT);
    }
  }

  private static Processes.Change waitForEnd(int pid, MemoryRoot folder) {
    Optional<ProcessHandle> editor = ProcessHandle.of(pid);
    Thread hook =
        new Thread(() -> {
          editor.ifPresent(Editor::end);
          folder.close();
        });
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return Processes.waitForEnd(pid);
    } finally {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException ending) {
        // The process is ending: it must not end before the hook has done its work.
        join(hook);
      }
    }
  }

  private static void join(Thread hook) {
    try {
      hook.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The shell that splits the command may still stand above the editor. */
  private static void end(ProcessHandle shell) {
    List<ProcessHandle> all = new ArrayList<>(shell.descendants().toList());
    all.add(shell);
    all.forEach(ProcessHandle::destroy);
    long until = System.nanoTime() + GRACE_MILLIS * 1_000_000;
    while (all.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < until) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }

  /** The vi family may be configured to keep swap, undo and history elsewhere, on a disk. */
  private String quiet() {
    String program = command.strip();
    String name = program.substring(program.lastIndexOf('/') + 1);
    return switch (name) {
      case "vim", "nvim", "vi" ->
          program + " -n -i NONE -c 'set nobackup nowritebackup noswapfile noundofile'";
      default -> program;
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
