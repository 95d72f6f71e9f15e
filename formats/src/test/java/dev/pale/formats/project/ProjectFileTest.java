package dev.pale.formats.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.formats.toml.TomlTable;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectFileTest {
  @Test
  void readsTheWholeFile() {
    ProjectFile file =
        parse(
            """
            project = "acme-api"
            environment = "dev"
            require_reason = "agents"

            [run]
            mask = "always"

            [secrets.DATABASE_URL]
            description = "Primary Postgres"
            [secrets.OPENAI_API_KEY]
            deliver = "gateway"
            hosts = ["api.openai.com"]
            [secrets.STRIPE_SECRET_KEY]
            from = "op://AI-Agent/Stripe/api-key"
            optional = true

            [fence]
            level = "process"
            network = "gateway"
            """);
    assertThat(file.project()).contains("acme-api");
    assertThat(file.environment()).contains("dev");
    assertThat(file.requireReason()).contains(RequireReason.AGENTS);
    assertThat(file.mask()).contains(MaskMode.ALWAYS);
    assertThat(file.secrets())
        .containsExactly(
            new SecretDeclaration(
                SecretName.of("DATABASE_URL"),
                "Primary Postgres",
                false,
                Deliver.ENV,
                List.of(),
                "",
                8),
            new SecretDeclaration(
                SecretName.of("OPENAI_API_KEY"),
                "",
                false,
                Deliver.GATEWAY,
                List.of("api.openai.com"),
                "",
                10),
            new SecretDeclaration(
                SecretName.of("STRIPE_SECRET_KEY"),
                "",
                true,
                Deliver.ENV,
                List.of(),
                "op://AI-Agent/Stripe/api-key",
                13));
    assertThat(file.fence().keys()).containsExactly("level", "network");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "projekt = 'x'                        | 411 | did you mean 'project'?",
        "[secretz.A]                          | 411 | did you mean 'secrets'?",
        "[guard]                              | 411 | leaving it out silently",
        "[secrets.A]<LF>delivr = 'env'        | 411 | did you mean 'deliver'?",
        "project = 1                          | 412 | it must be a string",
        "project = 'Acme'                     | 413 | lower-case",
        "environment = '../x'                 | 413 | lower-case",
        "secrets = 1                          | 412 | it must be a table",
        "[secrets]<LF>A = 'canary'            | 412 | never holds their values",
        "[secrets.'a-b']                      | 413 | a name is letters",
        "[secrets.A]<LF>deliver = 'mail'      | 413 | one of: env, file, fifo, gateway, never",
        "[secrets.A]<LF>optional = 'yes'      | 412 | it must be true or false",
        "[secrets.A]<LF>hosts = 'x'           | 412 | a list of strings",
        "[secrets.A]<LF>hosts = ['https://x/'] | 413 | host names",
        "[secrets.A]<LF>from = 'canary'       | 413 | a reference such as",
        "require_reason = true                | 412 | it must be a string",
        "require_reason = 'some'              | 413 | one of: never, agents, all",
        "[run]<LF>mask = 'off'                | 413 | one of: auto, always",
        "fence = []                           | 412 | it must be a table",
      })
  void refusesWhatIsWrongAndNamesTheLine(String text, int code, String why) {
    String file = "# head\n" + text.replace("<LF>", "\n");
    int line = text.contains("<LF>") ? 3 : 2;
    assertThatThrownBy(() -> parse(file))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.what()).contains("pale.toml line " + line);
              assertThat(e.why()).contains(why);
              assertThat(e.what() + e.why() + e.mend()).doesNotContain("canary");
              assertThat(e.mend()).isNotEmpty();
            });
  }

  @Test
  void aPlainFileNeedsNoTrust() {
    assertThat(
            parse(
                    "project='a'\nenvironment='dev'\n[secrets.A]\ndeliver='file'\nfrom='pale://a/dev/B'\n[fence]\nnetwork='none'\nwrite=['.']\n")
                .needsTrust(UserConfig.defaults()))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "[secrets.A]<LF>from='op://v/i/f'        | secrets.A.from",
        "[secrets.A]<LF>from='pale://other/dev/B' | secrets.A.from",
        "environment='dev'<LF>[secrets.A]<LF>from='pale://a/prod/B' | secrets.A.from",
        "[secrets.A]<LF>from='pale://a/prod/B'  | secrets.A.from",
        "[secrets.LD_PRELOAD]                    | secrets.LD_PRELOAD",
        "[secrets.A]<LF>hosts=['evil.example']   | secrets.A.hosts",
        "[fence]<LF>network='open'               | fence.network",
        "[fence]<LF>network=1                    | fence.network",
        "[fence]<LF>hosts=['evil.example']       | fence.hosts",
        "[fence]<LF>write=['/etc']               | fence.write",
        "[fence]<LF>write=['../x']               | fence.write",
        "[fence]<LF>write=['~/.ssh']             | fence.write",
        "require_reason='never'                  | require_reason",
        "[run]<LF>mask='auto'                    | run.mask",
      })
  void whatCouldRunCodeOrWidenNeedsTrust(String text, String key) {
    UserConfig strict =
        new UserConfig(
            RequireReason.AGENTS,
            MaskMode.ALWAYS,
            0,
            Optional.empty(),
            false,
            List.of(),
            1,
            List.of(),
            TomlTable.empty(),
            TomlTable.empty());
    List<NeedsTrust> asked =
        parse("project = 'a'\n" + text.replace("<LF>", "\n")).needsTrust(strict);
    assertThat(asked).extracting(NeedsTrust::key).containsExactly(key);
    assertThat(asked.getFirst().line()).isGreaterThan(1);
  }

  @Test
  void anUntrustedFileCanOnlyMakeTheUsersSettingsStricter() {
    ProjectFile weak = parse("require_reason = 'never'\n[run]\nmask = 'auto'\n");
    ProjectFile strong = parse("require_reason = 'all'\n[run]\nmask = 'always'\n");
    UserConfig user = UserConfig.parse(bytes("require_reason = 'agents'\nmask = 'always'\n"));
    assertThat(weak.effectiveRequireReason(user, false)).isEqualTo(RequireReason.AGENTS);
    assertThat(weak.effectiveRequireReason(user, true)).isEqualTo(RequireReason.NEVER);
    assertThat(strong.effectiveRequireReason(user, false)).isEqualTo(RequireReason.ALL);
    assertThat(weak.effectiveMask(user, false)).isEqualTo(MaskMode.ALWAYS);
    assertThat(weak.effectiveMask(user, true)).isEqualTo(MaskMode.AUTO);
    assertThat(strong.effectiveMask(UserConfig.defaults(), false)).isEqualTo(MaskMode.ALWAYS);
  }

  @Test
  void readsTheUsersConfig() {
    UserConfig read =
        UserConfig.parse(
            bytes(
                "require_reason = 'all'\nmask = 'always'\nkey_cache_seconds = 60\neditor = 'vi'\nbroker = true\nagent_marks = ['MY_AGENT']\nretention_days = 7\nage_identities = ['~/.ssh/id_rsa']\n[providers.team]\nkind = 'vault'\n"));
    assertThat(read.requireReason()).isEqualTo(RequireReason.ALL);
    assertThat(read.mask()).isEqualTo(MaskMode.ALWAYS);
    assertThat(read.keyCacheSeconds()).isEqualTo(60);
    assertThat(read.editor()).contains("vi");
    assertThat(read.broker()).isTrue();
    assertThat(read.agentMarks()).containsExactly("MY_AGENT");
    assertThat(read.retentionDays()).isEqualTo(7);
    assertThat(read.ageIdentities()).containsExactly("~/.ssh/id_rsa");
    assertThat(read.providers().keys()).containsExactly("team");
    assertThat(UserConfig.parse(bytes("")))
        .usingRecursiveComparison()
        .isEqualTo(UserConfig.defaults());
    assertThatThrownBy(() -> UserConfig.parse(bytes("key_cache_seconds = -1")))
        .isInstanceOfSatisfying(
            PaleException.class, e -> assertThat(e.what()).contains("config.toml line 1"));
    assertThatThrownBy(() -> UserConfig.parse(bytes("maks = 'auto'")))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.why()).contains("'mask'"));
  }

  private static ProjectFile parse(String text) {
    return ProjectFile.parse(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
