package dev.pale.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.crypto.age.Age;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The environment and age files. */
class FilesTest {
  @TempDir Path home;
  private FakeMachine machine;
  private AgeIdentity identity;

  @BeforeEach
  void start() {
    machine = new FakeMachine(home);
    identity = AgeIdentity.generate();
  }

  @AfterEach
  void stop() {
    machine.close();
    identity.close();
  }

  private String secretText() {
    return new String(identity.secretText(), StandardCharsets.US_ASCII);
  }

  private void seal(String name, String content) throws IOException {
    Files.write(
        home.resolve(name),
        Age.encryptArmored(
            content.getBytes(StandardCharsets.UTF_8), List.of(identity.recipient())));
  }

  @Test
  void a_variable_is_its_value() {
    machine.set("TOKEN", "hunter2");
    try (Provider env = Locals.open(machine, "env")) {
      assertThat(Locals.text(env, "env://TOKEN")).isEqualTo("hunter2");
      assertThat(Locals.one(env, "env://NONE")).isInstanceOf(Outcome.Missing.class);
      for (String wrong : List.of("env://A-B", "env://A/B", "env://TOKEN#x", "env://TOKEN?x")) {
        assertThat(Locals.failure(env, wrong).code()).isEqualTo(613);
      }
      assertThat(env.health()).isInstanceOf(Health.Usable.class);
    }
  }

  @Test
  void an_age_file_is_its_content_or_one_name_inside() throws IOException {
    machine.set("SOPS_AGE_KEY", secretText());
    seal("key.age", "two\nlines\n");
    seal(".env.age", "A=1\nB='x # y'\n");
    seal("some.json.age", " {\"a\":\"text\",\"n\":12,\"o\":{\"p\":true}}\n");
    Files.createDirectory(home.resolve("a b"));
    seal("a b/x.age", "space");
    try (Provider age = Locals.open(machine, "age")) {
      assertThat(Locals.text(age, "age://key.age")).isEqualTo("two\nlines\n");
      assertThat(Locals.text(age, "age://" + home + "/key.age")).isEqualTo("two\nlines\n");
      assertThat(Locals.text(age, "age://~/key.age")).isEqualTo("two\nlines\n");
      assertThat(Locals.text(age, "age://a%20b/x.age")).isEqualTo("space");
      assertThat(Locals.text(age, "age://.env.age#B")).isEqualTo("x # y");
      assertThat(Locals.text(age, "age://some.json.age#a")).isEqualTo("text");
      assertThat(Locals.text(age, "age://some.json.age#n")).isEqualTo("12");
      assertThat(Locals.text(age, "age://some.json.age#o")).contains("\"p\"");
      assertThat(Locals.one(age, "age://.env.age#C")).isInstanceOf(Outcome.Missing.class);
      assertThat(Locals.one(age, "age://none.age")).isInstanceOf(Outcome.Missing.class);
      assertThat(Locals.failure(age, "age://key.age#A").code()).isEqualTo(639);
      assertThat(Locals.failure(age, "age://a b").code()).isEqualTo(639);
      assertThat(age.health()).isEqualTo(new Health.Usable("", "1 identity"));
    }
  }

  @Test
  void identities_are_found_where_sops_has_them_and_settings_come_first() throws IOException {
    seal("x.age", "value");
    try (Provider age = Locals.open(machine, "age")) {
      assertThat(Locals.failure(age, "age://x.age").code()).isEqualTo(601);
    }
    Files.createDirectories(home.resolve(".config/sops/age"));
    Files.writeString(home.resolve(".config/sops/age/keys.txt"), "# mine\n" + secretText() + "\n");
    try (Provider age = Locals.open(machine, "age")) {
      assertThat(Locals.text(age, "age://x.age")).isEqualTo("value");
    }
    try (AgeIdentity other = AgeIdentity.generate();
        Provider age =
            Locals.open(
                machine,
                "age",
                Map.of(),
                Map.of("identity", new String(other.secretText(), StandardCharsets.US_ASCII)))) {
      PaleException failure = Locals.failure(age, "age://x.age");
      assertThat(failure.why()).contains("none of your 1 identities");
    }
    Files.writeString(home.resolve("id.txt"), secretText());
    try (Provider age = Locals.open(machine, "age", Map.of("identity_file", "id.txt"), Map.of())) {
      assertThat(Locals.text(age, "age://x.age")).isEqualTo("value");
    }
  }

  @Test
  void a_file_that_was_changed_gives_nothing() throws IOException {
    machine.set("SOPS_AGE_KEY", secretText());
    byte[] sealed =
        Age.encrypt("hunter2".getBytes(StandardCharsets.UTF_8), List.of(identity.recipient()));
    sealed[sealed.length - 1] ^= 1;
    Files.write(home.resolve("x.age"), sealed);
    Files.writeString(home.resolve("y.age"), "not age at all: s3cret");
    try (Provider age = Locals.open(machine, "age")) {
      assertThat(Locals.failure(age, "age://x.age").code()).isEqualTo(639);
      assertThat(Locals.failure(age, "age://y.age").why()).doesNotContain("s3cret");
    }
  }

  @Test
  void a_pipe_is_not_waited_for() throws IOException, InterruptedException {
    machine.set("SOPS_AGE_KEY", secretText());
    Locals.run(Map.of(), "", "mkfifo", home.resolve("pipe.age").toString());
    try (Provider age = Locals.open(machine, "age")) {
      assertThat(Locals.failure(age, "age://pipe.age").why()).contains("no regular file");
    }
  }
}
