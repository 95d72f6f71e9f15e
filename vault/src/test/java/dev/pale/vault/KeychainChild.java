package dev.pale.vault;

import static dev.pale.vault.Fixture.ACTOR;
import static dev.pale.vault.Fixture.folders;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link KeychainTest} lets a process do inside a session of its own. It says on one line each
 * what came of it.
 */
public final class KeychainChild {
  private static final Unlocking UNHELD =
      new Unlocking(Optional.empty(), Optional.empty(), KeyPrompt.none(), 0);
  private static final String SERVICE = "org.freedesktop.secrets";

  private KeychainChild() {}

  /** Arguments: folder, what to do. */
  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    switch (args[1]) {
      case "life" -> life(root);
      case "locked" -> locked(root);
      case "frozen" -> frozen(root);
      case "missing" -> System.out.println("answers " + VaultAdmin.keychainAnswers());
      default -> throw new IllegalArgumentException(args[1]);
    }
    // Reaching the end of main has to end the process: no library may keep threads alive.
    System.out.println("over");
  }

  private static void create(Path root) {
    VaultAdmin.create(folders(root), new KeySetup.Keychain(), ACTOR).vault().close();
  }

  private static void life(Path root) throws Exception {
    System.out.println("answers " + VaultAdmin.keychainAnswers());
    create(root);
    System.out.println("items " + items());
    try (LocalVault vault = LocalVault.open(folders(root), UNHELD)) {
      System.out.println("opened");
      vault.admin().rekey(List.of(), ACTOR).close();
    }
    System.out.println("items " + items());
    try (LocalVault vault = LocalVault.open(folders(root), UNHELD)) {
      System.out.println("opened after rekey");
      SlotInfo second = vault.admin().addSlot(new KeySetup.Keychain(), ACTOR);
      System.out.println("items " + items());
      vault.admin().removeSlot(second.id(), ACTOR);
    }
    System.out.println("items " + items());
    System.out.println("second vault " + failure(() -> create(root)));
    System.out.println("items " + items());
    // An item that somebody else wrote over is no key.
    overwrite(root);
    System.out.println("foreign item " + failure(() -> LocalVault.open(folders(root), UNHELD)));
  }

  private static void locked(Path root) throws Exception {
    create(root);
    call(
        SERVICE,
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service.Lock",
        "array:objpath:/org/freedesktop/secrets/collection/login");
    System.out.println("open " + failure(() -> LocalVault.open(folders(root), UNHELD)));
    Path other = root.resolve("other");
    System.out.println("create " + failure(() -> create(other)));
    System.out.println("vault left " + LocalVault.exists(folders(other)));
  }

  private static void frozen(Path root) throws Exception {
    create(root);
    String reply =
        call(
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.GetConnectionUnixProcessID",
            "string:" + SERVICE);
    String pid = reply.substring(reply.lastIndexOf(' ') + 1).strip();
    run("kill", "-STOP", pid);
    try {
      long start = System.nanoTime();
      System.out.println("answers " + VaultAdmin.keychainAnswers());
      System.out.println("quickly " + (System.nanoTime() - start < 2_000_000_000L));
      System.out.println("open " + failure(() -> LocalVault.open(folders(root), UNHELD)));
    } finally {
      run("kill", "-KILL", pid);
    }
  }

  private static String failure(Runnable action) {
    long start = System.nanoTime();
    try {
      action.run();
      return "succeeded";
    } catch (PaleException e) {
      boolean soon = System.nanoTime() - start < 15_000_000_000L;
      return e.code() + (soon ? " soon: " : " late: ") + e.why();
    }
  }

  private static void overwrite(Path root) throws Exception {
    Map<String, String> slot = keychainSlot(root);
    Process store =
        new ProcessBuilder(
                "secret-tool",
                "store",
                "--label=x",
                "application",
                "pale",
                "vault",
                slot.getOrDefault("vault", ""),
                "slot",
                slot.getOrDefault("slot", ""))
            .start();
    try (var in = store.getOutputStream()) {
      in.write("0".repeat(64).getBytes(StandardCharsets.US_ASCII));
    }
    if (store.waitFor() != 0) {
      throw new IOException("secret-tool store failed");
    }
  }

  private static Map<String, String> keychainSlot(Path root) {
    try (Database db = Session.database(folders(root))) {
      for (Slot slot : Slot.all(db)) {
        if (slot.kind.equals(Slot.KEYCHAIN)) {
          return Map.of("vault", VaultAdmin.status(folders(root)).id(), "slot", slot.params);
        }
      }
    }
    throw new IllegalStateException("no keychain slot");
  }

  private static int items() throws Exception {
    return run("secret-tool", "search", "--all", "application", "pale").split("label = ").length
        - 1;
  }

  private static String call(String to, String object, String method, String argument)
      throws Exception {
    return run("dbus-send", "--session", "--print-reply", "--dest=" + to, object, method, argument);
  }

  private static String run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command[0] + " ended with " + process.exitValue());
    }
    return output;
  }
}
