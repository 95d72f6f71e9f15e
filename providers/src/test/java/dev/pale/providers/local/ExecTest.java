package dev.pale.providers.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.ProviderContract;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecTest {
  @TempDir Path home;
  private FakeMachine machine;

  @BeforeEach
  void start() {
    machine = new FakeMachine(home);
  }

  @AfterEach
  void stop() {
    machine.close();
  }

  private Provider open(Path program, String protocol) throws IOException {
    return Locals.open(
        machine,
        "exec",
        Map.of("program", program.toString(), "sha256", sha256(program), "protocol", protocol),
        Map.of("credential", "cred-1234"));
  }

  /** A program that answers with this text, whatever it is asked. */
  private Provider answering(String text) throws IOException {
    Files.writeString(home.resolve("answer"), text);
    return open(
        Locals.script(home.resolve("tool"), "#!/bin/sh\ncat > request\ncat answer\n"), "pale");
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String request() throws IOException {
    return Files.readString(home.resolve("request"));
  }

  @Test
  void one_request_carries_all_references() throws IOException {
    try (Provider provider =
        answering(
            """
            {"pale":1,"results":[
            {"reference":"exec://b","base64":"AP8="},
            {"reference":"exec://a#x","value":"text ä"},
            {"reference":"exec://c","missing":true},
            {"reference":"exec://d","error":"denied"}]}
            """)) {
      List<Reference> asked =
          List.of(
              Reference.parse("exec://a#x"),
              Reference.parse("exec://b"),
              Reference.parse("exec://c"),
              Reference.parse("exec://d"),
              Reference.parse("exec://e"));
      Map<Reference, Outcome> outcomes = provider.read(asked);
      assertThat(outcomes.keySet()).containsExactlyInAnyOrderElementsOf(asked);
      assertThat(outcomes.get(asked.get(2))).isInstanceOf(Outcome.Missing.class);
      assertThat(((Outcome.Failed) outcomes.get(asked.get(3))).failure().why())
          .contains("(denied)");
      assertThat(((Outcome.Failed) outcomes.get(asked.get(4))).failure().why())
          .contains("leaves this one out");
      assertThat(((Outcome.Found) outcomes.get(asked.get(1))).value().length()).isEqualTo(2);
      assertThat(request())
          .isEqualTo(
              """
              {"pale":1,"op":"read","references":["exec://a#x","exec://b","exec://c","exec://d","exec://e"]}
              """);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s3cret",
        "[]",
        "{}",
        "{\"pale\":2,\"results\":[]}",
        "{\"pale\":1,\"results\":[1]}",
        "{\"pale\":1,\"results\":[{\"reference\":\"exec://other\",\"value\":\"s3cret\"}]}",
        "{\"pale\":1,\"results\":[{\"reference\":\"exec://a\",\"value\":\"s3cret\"},"
            + "{\"reference\":\"exec://a\",\"value\":\"s3cret\"}]}",
        "{\"pale\":1,\"results\":[{\"reference\":\"exec://a\",\"base64\":\"s3cret!\"}]}",
        "{\"pale\":1,\"results\":[{\"reference\":\"exec://a\",\"error\":\"no: s3cret\"}]}",
        "{\"pale\":1,\"error\":\"no: s3cret\"}",
        "{\"pale\":1,\"results\":[]} s3cret"
      })
  void an_answer_that_breaks_the_protocol_is_an_error_without_its_text(String answer)
      throws IOException {
    try (Provider provider = answering(answer)) {
      PaleException failure;
      try {
        failure = Locals.failure(provider, "exec://a");
      } catch (PaleException e) {
        failure = e;
      }
      assertThat(failure.code()).isEqualTo(637);
      assertThat(ProviderContract.everything(failure)).doesNotContain("s3cret");
    }
  }

  @Test
  void names_and_health_are_asked_for_in_the_same_way() throws IOException {
    try (Provider provider =
        answering("{\"pale\":1,\"identity\":\"bob\",\"references\":[\"exec://x/y\"]}")) {
      assertThat(provider.health())
          .isEqualTo(new Health.Usable("bob", "program " + home.resolve("tool")));
      assertThat(request()).isEqualTo("{\"pale\":1,\"op\":\"health\"}\n");
      assertThat(provider.list("x").orElseThrow()).containsExactly(Reference.parse("exec://x/y"));
      assertThat(request()).isEqualTo("{\"pale\":1,\"op\":\"list\",\"under\":\"x\"}\n");
    }
    try (Provider provider = answering("{\"pale\":1}")) {
      assertThat(provider.list("")).isEmpty();
    }
    try (Provider provider = answering("{\"pale\":1,\"references\":[\"op://x/y/z\"]}")) {
      assertThatThrownBy(() -> provider.list("")).isInstanceOf(PaleException.class);
    }
  }

  @Test
  void the_credential_is_in_its_environment_and_in_no_argument() throws IOException {
    Path tool =
        Locals.script(
            home.resolve("tool"),
            "#!/bin/sh\ntr '\\0' ' ' < /proc/$$/cmdline > arguments\n"
                + "printf '%s' \"$PALE_PROVIDER_CREDENTIAL\"\n");
    try (Provider provider = open(tool, "summon")) {
      assertThat(Locals.text(provider, "exec://path/to#field")).isEqualTo("cred-1234");
      assertThat(Files.readString(home.resolve("arguments")))
          .contains("path/to#field")
          .doesNotContain("cred");
    }
  }

  @Test
  void a_provider_of_summon_prints_the_value() throws IOException {
    Path tool =
        Locals.script(
            home.resolve("tool"),
            "#!/bin/sh\ncase $1 in gone) echo s3cret >&2; exit 4;; esac\nprintf 'of %s\\n' \"$1\"\n");
    try (Provider provider = open(tool, "summon")) {
      assertThat(Locals.text(provider, "exec://db/pass")).isEqualTo("of db/pass");
      assertThat(Locals.text(provider, "exec://$(id);x")).isEqualTo("of $(id);x");
      PaleException failure = Locals.failure(provider, "exec://gone");
      assertThat(failure.code()).isEqualTo(637);
      assertThat(ProviderContract.everything(failure))
          .contains("status 4")
          .doesNotContain("s3cret");
      assertThat(Locals.failure(provider, "exec://--help").code()).isEqualTo(613);
      assertThat(provider.health()).isInstanceOf(Health.Usable.class);
    }
  }

  @Test
  void a_program_that_changed_is_not_started() throws IOException {
    Path tool = Locals.script(home.resolve("tool"), "#!/bin/sh\necho one\n");
    try (Provider provider = open(tool, "summon")) {
      assertThat(Locals.text(provider, "exec://a")).isEqualTo("one");
      Locals.script(tool, "#!/bin/sh\ntouch was-run\necho two\n");
      assertThat(Locals.failure(provider, "exec://a").code()).isEqualTo(636);
      assertThat(provider.health()).isInstanceOf(Health.Unusable.class);
      assertThat(home.resolve("was-run")).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwxr-x", "rwxr-xrwx"})
  void a_program_that_others_can_write_is_not_started(String mode) throws IOException {
    Path tool = Locals.script(home.resolve("tool"), "#!/bin/sh\necho one\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString(mode));
    try (Provider provider = open(tool, "summon")) {
      assertThat(Locals.failure(provider, "exec://a").why()).contains("others can write");
    }
    Path folder = Files.createDirectory(home.resolve("open"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
    Path inside = Locals.script(folder.resolve("tool"), "#!/bin/sh\necho one\n");
    try (Provider provider = open(inside, "summon")) {
      assertThat(Locals.failure(provider, "exec://a").why()).contains("others can write");
    }
  }

  @Test
  void the_settings_are_checked() throws IOException {
    Path tool = Locals.script(home.resolve("tool"), "#!/bin/sh\n");
    Map<String, String> right = Map.of("program", tool.toString(), "sha256", sha256(tool));
    for (Map.Entry<String, String> wrong :
        Map.of("program", "tool", "sha256", "abc", "protocol", "shell").entrySet()) {
      Map<String, String> set = new HashMap<>(right);
      set.put(wrong.getKey(), wrong.getValue());
      assertThatThrownBy(() -> Locals.open(machine, "exec", set, Map.of()))
          .isInstanceOfSatisfying(
              PaleException.class, failure -> assertThat(failure.code()).isEqualTo(601));
    }
    assertThatThrownBy(
            () -> Locals.open(machine, "exec", Map.of("program", tool.toString()), Map.of()))
        .hasMessageContaining("sha256");
    assertThat(Locals.type("exec").worksUnconfigured()).isFalse();
  }
}
