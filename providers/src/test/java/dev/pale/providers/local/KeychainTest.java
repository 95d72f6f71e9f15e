package dev.pale.providers.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real gnome-keyring on a session bus of its own. */
class KeychainTest {
  private static final String SESSION =
      """
      printf 'test-login\\n' | gnome-keyring-daemon --unlock --components=secrets --daemonize \
      >/dev/null 2>&1 || exit 97
      until dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
      org.freedesktop.DBus.GetNameOwner string:org.freedesktop.secrets >/dev/null 2>&1; do
        n=$((n + 1)); [ "$n" -lt 100 ] || exit 97
        sleep 0.05
      done
      printf 'hunter2' | secret-tool store --label=L service shop account bob
      printf 'two\\nlines\\n' | secret-tool store --label=L service shop username carl
      printf '%s' "$DBUS_SESSION_BUS_ADDRESS" > "$HOME/address.new"
      mv "$HOME/address.new" "$HOME/address"
      cat > /dev/null
      """;

  @TempDir static Path home;
  private static Process session;
  private static String address = "";

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    assumeThat(
            Locals.has("dbus-run-session")
                && Locals.has("gnome-keyring-daemon")
                && Locals.has("secret-tool"))
        .as("gnome-keyring and secret-tool are here")
        .isTrue();
    Path runtime = Files.createDirectory(home.resolve("r"));
    Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwx------"));
    ProcessBuilder builder =
        new ProcessBuilder("dbus-run-session", "--", "sh", "-c", SESSION)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "HOME", home.toString(),
                "XDG_RUNTIME_DIR", runtime.toString(),
                "XDG_DATA_HOME", home.resolve("d").toString()));
    session = builder.start();
    Path file = home.resolve("address");
    for (int i = 0; i < 300 && session.isAlive() && Files.notExists(file); i++) {
      Thread.sleep(50);
    }
    assertThat(file).exists();
    address = Files.readString(file);
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    if (session != null) {
      session.getOutputStream().close();
      if (!session.waitFor(5, TimeUnit.SECONDS)) {
        session.destroyForcibly();
      }
    }
  }

  private static FakeMachine machine() {
    return new FakeMachine(home)
        .set("DBUS_SESSION_BUS_ADDRESS", address)
        .set("XDG_RUNTIME_DIR", home.resolve("r").toString());
  }

  @Test
  void an_item_is_found_by_service_and_account() {
    try (FakeMachine machine = machine();
        Provider keychain = Locals.open(machine, "keychain")) {
      assertThat(Locals.text(keychain, "keychain://shop/bob")).isEqualTo("hunter2");
      assertThat(Locals.one(keychain, "keychain://shop/eve")).isInstanceOf(Outcome.Missing.class);
      assertThat(keychain.health()).isInstanceOf(Health.Usable.class);
      for (String wrong :
          new String[] {
            "keychain://--help/x", "keychain://shop/-x", "keychain://shop/", "keychain://a/b/c"
          }) {
        assertThat(Locals.failure(keychain, wrong).code()).isEqualTo(613);
      }
    }
  }

  @Test
  void attributes_may_have_other_names() {
    try (FakeMachine machine = machine();
        Provider keychain =
            Locals.open(machine, "keychain", Map.of("account_attribute", "username"), Map.of())) {
      assertThat(Locals.text(keychain, "keychain://shop/carl")).isEqualTo("two\nlines\n");
    }
  }

  @Test
  void without_a_session_it_says_so() {
    try (FakeMachine machine = new FakeMachine(home);
        Provider keychain = Locals.open(machine, "keychain")) {
      assertThat(Locals.failure(keychain, "keychain://shop/bob").code()).isEqualTo(635);
      assertThat(keychain.health()).isInstanceOf(Health.Unusable.class);
    }
    try (FakeMachine machine =
            new FakeMachine(home)
                .set("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + home.resolve("nowhere"));
        Provider keychain = Locals.open(machine, "keychain")) {
      assertThat(Locals.failure(keychain, "keychain://shop/bob").code()).isEqualTo(635);
    }
  }
}
