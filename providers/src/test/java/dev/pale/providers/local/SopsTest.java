package dev.pale.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.crypto.age.AgeIdentity;
import dev.pale.providers.KeyServices;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.ProviderContract;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import dev.pale.sops.AgeKeyService;
import dev.pale.sops.DataKeys;
import dev.pale.sops.KeyService;
import dev.pale.sops.KeySurroundings;
import dev.pale.sops.MasterKey;
import dev.pale.sops.SopsFile;
import dev.pale.sops.SopsFormat;
import dev.pale.sops.SopsMetadata;
import dev.pale.sops.SopsStash;
import dev.pale.sops.SopsTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SopsTest {
  @TempDir Path home;
  private FakeMachine machine;
  private AgeIdentity identity;

  @BeforeEach
  void start() throws IOException {
    machine = new FakeMachine(home);
    identity = AgeIdentity.generate();
    machine.set("SOPS_AGE_KEY", new String(identity.secretText(), StandardCharsets.US_ASCII));
    seal(
        "prod.yaml",
        SopsFormat.YAML,
        "database:\n  password: hunter2\n  ports:\n    - 5432\n    - 5433\nodd.key: odd\n"
            + "on: true\n");
    seal("prod.env", SopsFormat.DOTENV, "TOKEN=from dotenv\n");
  }

  @AfterEach
  void stop() {
    machine.close();
    identity.close();
  }

  private void seal(String name, SopsFormat format, String plain) throws IOException {
    seal(
        name,
        format,
        plain,
        new MasterKey("age", Map.of("recipient", identity.recipient().toString()), Map.of(), ""),
        List.of(
            new AgeKeyService(
                new KeySurroundings(
                    Map.of(),
                    home,
                    home,
                    what -> Optional.empty(),
                    Quiet.plugins(machine.surroundings())))));
  }

  private void seal(
      String name, SopsFormat format, String plain, MasterKey key, List<KeyService> services)
      throws IOException {
    byte[] dataKey = DataKeys.create();
    SopsMetadata metadata = SopsMetadata.of(List.of(List.of(key)), 0, Optional.empty(), false);
    SopsFile file =
        SopsFile.encrypt(
            format,
            SopsTree.parse(format, plain.getBytes(StandardCharsets.UTF_8)),
            DataKeys.wrap(metadata, dataKey, services),
            dataKey,
            SopsStash.empty(),
            Instant.parse("2026-11-20T12:00:00Z"));
    Files.write(home.resolve(name), file.emit(SopsTree.Indent.DEFAULT));
  }

  @Test
  void a_value_is_named_by_the_keys_on_the_way() {
    try (Provider sops = Locals.open(machine, "sops")) {
      assertThat(Locals.text(sops, "sops://prod.yaml#database.password")).isEqualTo("hunter2");
      assertThat(Locals.text(sops, "sops://prod.yaml#database.ports[1]")).isEqualTo("5433");
      assertThat(Locals.text(sops, "sops://prod.yaml#on")).isEqualTo("true");
      assertThat(Locals.text(sops, "sops://prod.yaml#[\"odd.key\"]")).isEqualTo("odd");
      assertThat(Locals.text(sops, "sops://prod.yaml#database")).contains("\"hunter2\"");
      assertThat(Locals.text(sops, "sops://prod.yaml")).contains("password: hunter2");
      assertThat(Locals.text(sops, "sops://prod.env#TOKEN")).isEqualTo("from dotenv");
      assertThat(Locals.one(sops, "sops://prod.yaml#database.none"))
          .isInstanceOf(Outcome.Missing.class);
      assertThat(Locals.one(sops, "sops://none.yaml#x")).isInstanceOf(Outcome.Missing.class);
      assertThat(Locals.failure(sops, "sops://prod.yaml#a..b").code()).isEqualTo(613);
    }
  }

  @Test
  void a_file_that_was_changed_gives_nothing() throws IOException {
    Path file = home.resolve("prod.yaml");
    String text = Files.readString(file);
    String changed = text.replaceFirst("(?m)^odd\\.key: .*$", "odd.key: planted");
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(file, changed);
    try (Provider sops = Locals.open(machine, "sops")) {
      PaleException failure = Locals.failure(sops, "sops://prod.yaml#database.password");
      assertThat(ProviderContract.everything(failure)).doesNotContain("hunter2");
    }
  }

  @Test
  void without_an_identity_nothing_is_given() {
    machine.set("SOPS_AGE_KEY", "");
    try (Provider sops = Locals.open(machine, "sops")) {
      assertThat(Locals.failure(sops, "sops://prod.yaml#on").code()).isEqualTo(475);
    }
  }

  @Test
  void a_file_from_anywhere_cannot_have_a_token_of_vault_sent_there() throws IOException {
    machine.set("VAULT_TOKEN", "hvs.s3cret").set("VAULT_ADDR", "https://own.example.invalid");
    String text = Files.readString(home.resolve("prod.yaml"));
    int age = text.indexOf("    age:");
    assertThat(age).isPositive();
    Files.writeString(
        home.resolve("evil.yaml"),
        text.substring(0, age)
            + """
                hc_vault:
                    - vault_address: https://evil.example.invalid
                      engine_path: sops
                      key_name: main
                      created_at: "2026-11-20T12:00:00Z"
                      enc: vault:v1:AAAA
            """
            + text.substring(text.indexOf("    lastmodified:")));
    try (Provider sops = Locals.open(machine, "sops")) {
      PaleException failure = Locals.failure(sops, "sops://evil.yaml#on");
      assertThat(ProviderContract.everything(failure))
          .contains("a Vault that you did not")
          .doesNotContain("s3cret");
    }
    assertThat(KeyServices.remote(machine.surroundings())).isNotEmpty();
  }
}
