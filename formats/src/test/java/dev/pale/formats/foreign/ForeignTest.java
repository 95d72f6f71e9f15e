package dev.pale.formats.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Other tools' files, in the forms of their own documentation. */
class ForeignTest {
  private static ForeignFile read(ForeignKind kind, String text) {
    return Foreign.read(kind, text.getBytes(StandardCharsets.UTF_8), kind.files().getFirst());
  }

  private static String value(ForeignFile file, String name, String environment) {
    return file.find(name, environment)
        .flatMap(ForeignSecret::value)
        .map(value -> new String(value.bytes(Reveal.COMPARE), StandardCharsets.UTF_8))
        .orElse("");
  }

  private static String reference(ForeignFile file, String name, String environment) {
    return file.find(name, environment).map(ForeignSecret::reference).orElse("");
  }

  private static List<String> names(ForeignFile file) {
    return file.of("").stream().map(secret -> secret.name().text()).toList();
  }

  @Test
  void a_long_line_of_decorators_takes_no_time() {
    String line = "# " + "@a=b(c".repeat(200_000);
    ForeignFile file =
        assertTimeoutPreemptively(
            Duration.ofSeconds(5), () -> read(ForeignKind.ENV_SCHEMA, line + "\nTOKEN=\n"));
    assertThat(names(file)).containsExactly("TOKEN");
    assertThat(file.notes()).anyMatch(note -> note.contains("longer than"));
  }

  @Test
  void fnox_gives_encrypted_values_references_defaults_and_profiles() {
    ForeignFile file =
        read(
            ForeignKind.FNOX,
            """
            default_provider = "age"
            [providers]
            age = { type = "age", recipients = ["age1xyz"] }
            onepass = { type = "1password", vault = "Dev" }
            aws = { type = "aws-sm", region = "eu-west-1", prefix = "shop/" }
            hc = { type = "vault", address = "https://v:8200", path = "secret/shop" }
            yk = { type = "yubikey" }
            [secrets]
            SEALED = { value = "YWdlLWZpbGU=", description = "a sealed one" }
            STRIPE = { provider = "onepass", value = "Stripe/key" }
            DB = { provider = "aws", value = "db" }
            HC = { provider = "hc", value = "db/password", if_missing = "warn" }
            LEVEL = { default = "info" }
            HARD = { provider = "yk", value = "x" }
            [profiles.prod.secrets]
            DB = { provider = "aws", value = "prod-db" }
            """);
    assertThat(file.find("SEALED", "").orElseThrow().ageFile()).asString().isEqualTo("age-file");
    assertThat(file.find("SEALED", "").orElseThrow().description()).isEqualTo("a sealed one");
    assertThat(reference(file, "STRIPE", "")).isEqualTo("op://Dev/Stripe/key");
    assertThat(reference(file, "DB", "")).isEqualTo("aws-sm://shop/db");
    assertThat(reference(file, "DB", "prod")).isEqualTo("aws-sm://shop/prod-db");
    assertThat(reference(file, "HC", "prod")).isEqualTo("vault://secret/shop/db#password");
    assertThat(file.find("HC", "").orElseThrow().isOptional()).isTrue();
    assertThat(value(file, "LEVEL", "")).isEqualTo("info");
    assertThat(file.notes()).anyMatch(note -> note.contains("HARD") && note.contains("yubikey"));
    assertThat(file.environments()).containsExactly("prod");
  }

  @Test
  void secretspec_gives_names_descriptions_and_which_are_required() {
    ForeignFile file =
        read(
            ForeignKind.SECRETSPEC,
            """
            [project]
            name = "shop"
            [profiles.default]
            DATABASE_URL = { description = "the database", required = true }
            LOG_LEVEL = { required = false, default = "info" }
            [profiles.production]
            DATABASE_URL = { description = "the real database", required = true }
            """);
    assertThat(file.project()).isEqualTo("shop");
    assertThat(file.find("DATABASE_URL", "").orElseThrow().isOptional()).isFalse();
    assertThat(file.find("DATABASE_URL", "production").orElseThrow().description())
        .isEqualTo("the real database");
    assertThat(file.find("LOG_LEVEL", "").orElseThrow().isOptional()).isTrue();
    assertThat(value(file, "LOG_LEVEL", "")).isEqualTo("info");
  }

  @Test
  void env_schema_takes_no_value_of_a_sensitive_item_and_calls_nothing() {
    ForeignFile file =
        read(
            ForeignKind.ENV_SCHEMA,
            """
            # @defaultSensitive=false @defaultRequired=false
            # ---
            # Stripe's key
            # @required @sensitive @type=string(startsWith=sk_)
            STRIPE_KEY=sk_left_in_the_schema

            PORT=3000
            W=exec(`touch pwned`)
            # @required
            NAME="shop" # comment
            LONG=```
            HIDDEN=1
            ```
            LAST=x
            """);
    assertThat(names(file)).containsExactly("STRIPE_KEY", "PORT", "W", "NAME", "LONG", "LAST");
    assertThat(file.find("STRIPE_KEY", "").orElseThrow().value()).isEmpty();
    assertThat(file.find("STRIPE_KEY", "").orElseThrow().description()).isEqualTo("Stripe's key");
    assertThat(file.find("STRIPE_KEY", "").orElseThrow().isOptional()).isFalse();
    assertThat(value(file, "PORT", "")).isEqualTo("3000");
    assertThat(file.find("PORT", "").orElseThrow().isOptional()).isTrue();
    assertThat(value(file, "W", "")).isEmpty();
    assertThat(value(file, "NAME", "")).isEqualTo("shop");
    assertThat(file.find("NAME", "").orElseThrow().isOptional()).isFalse();
  }

  @Test
  void summon_gives_references_and_literals_by_section() {
    ForeignFile file =
        read(
            ForeignKind.SUMMON,
            """
            common:
              DB_USER: shop
              DB_PASS: !var shop/dev/db
              CERT: !file ./cert
              DYN: !var $env/db
            production:
              DB_PASS: !var shop/prod/db
            """);
    assertThat(value(file, "DB_USER", "production")).isEqualTo("shop");
    assertThat(reference(file, "DB_PASS", "")).isEqualTo("summon://shop/dev/db");
    assertThat(reference(file, "DB_PASS", "production")).isEqualTo("summon://shop/prod/db");
    assertThat(file.notes()).anyMatch(note -> note.contains("CERT"));
    assertThat(file.notes()).anyMatch(note -> note.contains("DYN"));
  }

  @Test
  void yaml_cannot_make_objects_grow_without_bound_or_hide_duplicates() {
    StringBuilder laughs = new StringBuilder("a0: &a0 {X: 1}\n");
    for (int i = 1; i < 40; i++) {
      laughs.append("a" + i + ": &a" + i + " {L: *a" + (i - 1) + ", R: *a" + (i - 1) + "}\n");
    }
    assertThatThrownBy(() -> read(ForeignKind.SUMMON, laughs.toString()))
        .isInstanceOf(PaleException.class);
    assertThatThrownBy(() -> read(ForeignKind.SUMMON, "[".repeat(50_000)))
        .isInstanceOf(PaleException.class);
    assertThat(names(read(ForeignKind.SUMMON, "A: !!javax.script.ScriptEngineManager x\nB: y\n")))
        .contains("B");
  }

  @Test
  void infisical_and_doppler_name_projects_and_no_secrets() {
    ForeignFile infisical =
        read(ForeignKind.INFISICAL, "{\"workspaceId\":\"abc-1\",\"defaultEnvironment\":\"dev\"}");
    assertThat(infisical.environment()).isEqualTo("dev");
    assertThat(infisical.secrets()).isEmpty();
    assertThat(infisical.notes().getFirst()).contains("infisical://abc-1/dev/NAME");
    ForeignFile doppler =
        read(ForeignKind.DOPPLER, "setup:\n  - project: shop\n    config: dev\n    path: .\n");
    assertThat(doppler.notes().getFirst()).contains("doppler://shop/dev/NAME");
  }

  @Test
  void envrc_gives_names_and_is_not_run() {
    ForeignFile file =
        read(
            ForeignKind.ENVRC,
            "export A=$(touch /tmp/pwned)\nexport LD_PRELOAD=x\n  export B\nlayout python\n");
    assertThat(names(file)).containsExactly("A", "B");
    assertThat(file.secrets()).allMatch(secret -> secret.value().isEmpty());
  }

  @Test
  void what_is_malformed_is_refused_with_its_place_and_without_content() {
    assertThatThrownBy(() -> read(ForeignKind.SUMMON, "A: [canary\n"))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(671);
              assertThat(e.what() + e.why() + e.mend()).contains("line").doesNotContain("canary");
            });
    assertThatThrownBy(() -> read(ForeignKind.INFISICAL, "[]")).isInstanceOf(PaleException.class);
    assertThatThrownBy(() -> Foreign.read(ForeignKind.ENVRC, new byte[5 << 20], "x"))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(670));
  }
}
