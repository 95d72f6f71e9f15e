package dev.pale.providers.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the real gpg and the real pass. */
class PassTest {
  @TempDir static Path home;
  private static final Map<String, String> ENVIRONMENT = new HashMap<>();
  private FakeMachine machine;
  private Provider pass;

  @BeforeAll
  static void store() throws IOException, InterruptedException {
    assumeThat(Locals.has("gpg") && Locals.has("pass")).as("gpg and pass are here").isTrue();
    Path gnupg = Files.createDirectory(home.resolve("g"));
    Files.setPosixFilePermissions(
        gnupg, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    ENVIRONMENT.put("GNUPGHOME", gnupg.toString());
    ENVIRONMENT.put("HOME", home.toString());
    ENVIRONMENT.put("PASSWORD_STORE_DIR", home.resolve("store").toString());
    gpg("--quick-gen-key", "x <x@example.invalid>", "rsa2048", "cert,sign", "0");
    String listed = gpg("--list-keys", "--with-colons");
    String print = listed.lines().filter(each -> each.startsWith("fpr:")).findFirst().orElseThrow();
    String fingerprint = print.split(":")[9];
    gpg("--quick-add-key", fingerprint, "rsa2048", "encr", "0");
    Locals.run(ENVIRONMENT, "", "pass", "init", fingerprint);
    insert("team/db", "hunter2\nuser: bob\nurl:https://x\nuser: second\n");
    insert("crlf", "windows\r\nuser: carl\r\n");
    insert("empty", "\nuser: only\n");
    insert("with space/ä", "unicode\n");
  }

  private static String gpg(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of("gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", ""));
    command.addAll(List.of(arguments));
    return Locals.run(ENVIRONMENT, "", command.toArray(new String[0]));
  }

  private static void insert(String name, String content) throws IOException, InterruptedException {
    Locals.run(ENVIRONMENT, content, "pass", "insert", "-m", "-f", name);
  }

  @AfterAll
  static void stopAgent() throws IOException, InterruptedException {
    if (!ENVIRONMENT.isEmpty()) {
      Locals.run(ENVIRONMENT, "", "gpgconf", "--kill", "all");
    }
  }

  @BeforeEach
  void open() {
    machine = new FakeMachine(home);
    ENVIRONMENT.forEach(machine::set);
    pass = Locals.open(machine, "pass");
  }

  @AfterEach
  void close() {
    pass.close();
    machine.close();
  }

  @Test
  void the_password_is_the_first_line_and_keys_follow() {
    assertThat(Locals.text(pass, "pass://team/db")).isEqualTo("hunter2");
    assertThat(Locals.text(pass, "pass://team/db#user")).isEqualTo("bob");
    assertThat(Locals.text(pass, "pass://team/db#url")).isEqualTo("https://x");
    assertThat(Locals.text(pass, "pass://team/db#*"))
        .isEqualTo("hunter2\nuser: bob\nurl:https://x\nuser: second\n");
    assertThat(Locals.text(pass, "pass://crlf")).isEqualTo("windows");
    assertThat(Locals.text(pass, "pass://crlf#user")).isEqualTo("carl");
    assertThat(Locals.text(pass, "pass://empty")).isEmpty();
    assertThat(Locals.text(pass, "pass://with%20space/%C3%A4")).isEqualTo("unicode");
    assertThat(Locals.text(pass, "pass://with space/ä")).isEqualTo("unicode");
    assertThat(Locals.one(pass, "pass://team/db#use")).isInstanceOf(Outcome.Missing.class);
    assertThat(Locals.one(pass, "pass://team/none")).isInstanceOf(Outcome.Missing.class);
  }

  @Test
  void gopass_reads_the_same_store() {
    try (Provider gopass = Locals.open(machine, "gopass")) {
      assertThat(Locals.text(gopass, "gopass://team/db")).isEqualTo("hunter2");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pass://../outside",
        "pass://team/../../outside",
        "pass://%2e%2e/outside",
        "pass:///etc/passwd",
        "pass://team//db",
        "pass://team/db/",
        "pass://a%00b",
        "pass://team/db?x=1"
      })
  void a_path_out_of_the_store_is_refused(String reference) throws IOException {
    Files.writeString(home.resolve("outside.gpg"), "x");
    assertThat(Locals.failure(pass, reference).code()).isEqualTo(613);
  }

  @Test
  void a_link_out_of_the_store_is_refused_and_one_inside_is_followed() throws IOException {
    Path store = home.resolve("store");
    Path outside = home.resolve("elsewhere.gpg");
    Files.copy(store.resolve("team/db.gpg"), outside);
    Files.createSymbolicLink(store.resolve("out.gpg"), outside);
    Files.createSymbolicLink(store.resolve("outdir"), home);
    Files.createSymbolicLink(store.resolve("in.gpg"), store.resolve("team/db.gpg"));
    assertThat(Locals.failure(pass, "pass://out").code()).isEqualTo(638);
    assertThat(Locals.failure(pass, "pass://outdir/elsewhere").code()).isEqualTo(638);
    assertThat(Locals.text(pass, "pass://in")).isEqualTo("hunter2");
  }

  @Test
  void what_gpg_does_not_open_is_an_error_without_its_words() throws IOException {
    Files.writeString(home.resolve("store/broken.gpg"), "no such thing s3cret");
    PaleException failure = Locals.failure(pass, "pass://broken");
    assertThat(failure.code()).isEqualTo(639);
    assertThat(failure.why()).doesNotContain("s3cret").contains("status 2");
  }

  @Test
  void names_are_listed_without_links() {
    assertThat(pass.list("team").orElseThrow()).containsExactly(Reference.parse("pass://team/db"));
    assertThat(pass.list("").orElseThrow())
        .contains(Reference.parse("pass://with%20space/%C3%A4"), Reference.parse("pass://crlf"));
  }

  @Test
  void a_store_that_is_not_there_is_said() {
    machine.set("PASSWORD_STORE_DIR", home.resolve("nowhere").toString());
    try (Provider none = Locals.open(machine, "pass")) {
      assertThat(none.health()).isInstanceOf(Health.Unusable.class);
      assertThat(Locals.failure(none, "pass://x").mend()).startsWith("pass init");
    }
    try (Provider none = Locals.open(machine, "gopass")) {
      assertThat(Locals.failure(none, "gopass://x").mend()).startsWith("gopass init");
    }
    assertThat(pass.health()).isInstanceOf(Health.Usable.class);
  }
}
