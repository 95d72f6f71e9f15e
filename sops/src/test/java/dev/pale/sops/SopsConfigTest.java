package dev.pale.sops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SopsConfigTest {
  private static final Path FILE = Path.of("/repo/.sops.yaml");
  private static final Instant NOW = Instant.EPOCH;
  private static final String A = "age1lzd99uklcjnc0e7d860axevet2cz99ce9pq6tzuzd05l5nr28ams36nvun";
  private static final String FP = "85D77543B3D624B63CEA9E6DBC17301B491B3F21";

  @TempDir Path folder;

  private static SopsConfig config(String yaml) {
    return SopsConfig.parse(FILE, yaml.getBytes(UTF_8));
  }

  private static CreationRule rule(String yaml, String path) {
    return config(yaml).ruleFor(Path.of(path), Map.of(), NOW).orElseThrow();
  }

  private static List<String> ids(CreationRule rule, int group) {
    return rule.groups().get(group).stream().map(MasterKeys::id).toList();
  }

  private static void refused(int code, String yaml) {
    assertThatThrownBy(() -> rule(yaml, "/repo/a.yaml"))
        .as(yaml)
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void anExpressionThatWouldFillTheMemoryIsRefusedAtOnce() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () ->
            refused(
                478,
                "creation_rules:\n  - path_regex: ((((a{100}){100}){100}){100})\n    age: " + A));
  }

  @Test
  void theFirstRuleThatMatchesTheRelativePathCounts() {
    String yaml =
        """
        creation_rules:
          - path_regex: ^prod/.*\\.yaml$
            pgp: 0123456789ABCDEF
          - path_regex: \\.yaml$
            age: %s
          - age: %s
            encrypted_regex: ^data$
        """
            .formatted(A, A);
    assertThat(ids(rule(yaml, "/repo/prod/a.yaml"), 0)).containsExactly("0123456789ABCDEF");
    assertThat(ids(rule(yaml, "/repo/other/prod/a.yaml"), 0)).containsExactly(A);
    assertThat(rule(yaml, "/repo/x.json").selector())
        .contains(new SopsMetadata.Selector(SopsMetadata.SelectorKind.ENCRYPTED_REGEX, "^data$"));
    assertThat(ids(rule(yaml, "/elsewhere/prod/a.yaml"), 0))
        .as("a file elsewhere has its absolute path")
        .containsExactly(A);
  }

  @Test
  void noRuleThatMatchesIsAnError() {
    refused(479, "creation_rules:\n  - path_regex: nothing\n    age: " + A + "\n");
    assertThat(config("creation_rules: []\n").hasRules()).isTrue();
    refused(479, "creation_rules: []\n");
    assertThat(config("").ruleFor(Path.of("/repo/a"), Map.of(), NOW)).isEmpty();
    assertThat(config("stores:\n  yaml:\n    indent: 2\n").ruleFor(FILE, Map.of(), NOW)).isEmpty();
  }

  @Test
  void keysAreTextsWithCommasOrLists() {
    String comma =
        "creation_rules:\n  - pgp: '" + FP + ", 0123456789ABCDEF,'\n    age: " + A + "\n";
    assertThat(ids(rule(comma, "/repo/a"), 0)).containsExactly(A, FP, "0123456789ABCDEF");
    String list = "creation_rules:\n  - age:\n      - " + A + "\n    pgp: [" + FP + "]\n";
    assertThat(ids(rule(list, "/repo/a"), 0)).containsExactly(A, FP);
  }

  @Test
  void aFingerprintOfDigitsIsNoNumber() {
    String digits = "0123456789012345678901234567890123456789";
    assertThat(ids(rule("creation_rules:\n  - pgp: " + digits + "\n", "/repo/a"), 0))
        .containsExactly(digits);
  }

  @Test
  void keyGroupsMergeAndHaveAThreshold() {
    String yaml =
        """
        keys:
          - &a %s
          - &team
            age: [*a]
            pgp: [%s]
        creation_rules:
          - shamir_threshold: 2
            mac_only_encrypted: true
            key_groups:
              - merge: [*team]
                age: [*a]
              - kms:
                  - arn: arn:aws:kms:eu-west-1:1:key/a
                    role: arn:aws:iam::1:role/r
                    context: {app: shop}
                    aws_profile: ops
                gcp_kms:
                  - resource_id: projects/p/locations/l/keyRings/r/cryptoKeys/k
                azure_keyvault:
                  - vaultUrl: https://x.vault.azure.net
                    key: k
                    version: v
                hc_vault:
                  - https://v.example/v1/transit/keys/k
              - <<: *team
        """
            .formatted(A, FP);
    CreationRule rule = rule(yaml, "/repo/a");
    assertThat(config(yaml).warnings()).isEmpty();
    assertThat(rule.shamirThreshold()).isEqualTo(2);
    assertThat(rule.macOnlyEncrypted()).isTrue();
    assertThat(ids(rule, 0)).containsExactly(A, FP);
    assertThat(ids(rule, 1))
        .containsExactly(
            "arn:aws:kms:eu-west-1:1:key/a+arn:aws:iam::1:role/r",
            "projects/p/locations/l/keyRings/r/cryptoKeys/k",
            "https://x.vault.azure.net/keys/k/v",
            "https://v.example/v1/transit/keys/k");
    assertThat(rule.groups().get(1).getFirst().context()).isEqualTo(Map.of("app", "shop"));
    assertThat(ids(rule, 2)).containsExactlyInAnyOrder(A, FP);
  }

  @Test
  void whatIsNotKnownIsNamed() {
    SopsConfig config =
        config("creation_rules:\n  - agee: x\n    age: " + A + "\nexec: rm -rf /\n");
    assertThat(config.warnings()).hasSize(2);
    assertThat(config.warnings().toString()).contains("agee").contains("exec");
  }

  @Test
  void programsAreNotNamedByAFile() {
    refused(478, "creation_rules:\n  - plugins:\n      - binary_name: evil\n    age: " + A + "\n");
    refused(478, "creation_rules:\n  - key_groups:\n      - plugins: [{binary_name: evil}]\n");
  }

  @Test
  void twoSelectorsExcludeEachOther() {
    refused(488, "creation_rules:\n  - encrypted_regex: a\n    encrypted_suffix: b\n    age: " + A);
  }

  @Test
  void whatIsMalformedIsRefused() {
    for (String yaml :
        List.of(
            "creation_rules: x",
            "creation_rules:\n  - x",
            "creation_rules:\n  - path_regex: '('\n",
            "creation_rules:\n  - path_regex: '(?=a)'\n",
            "creation_rules:\n  - shamir_threshold: many\n",
            "creation_rules:\n  - mac_only_encrypted: perhaps\n",
            "creation_rules:\n  - age: {a: b}\n",
            "creation_rules:\n  - age: [[x]]\n",
            "- a\n",
            "a: b: c\n",
            "a: *unknown\n",
            "a: &a [*a]\n",
            "a: 1\na: 2\n",
            "? [a]\n: b\n",
            "\u0000")) {
      refused(478, yaml);
    }
  }

  @Test
  void anErrorDoesNotQuoteTheFile() {
    assertThatThrownBy(() -> config("token: \"sekrit-value-4711\n  x: : y\n"))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> assertThat(e.what() + e.why() + e.mend()).doesNotContain("4711"));
  }

  @Test
  void aPatternThatRunsForEverElsewhereIsHarmless() {
    String yaml =
        "creation_rules:\n  - path_regex: '^(a+)+$|(x*)*y|(a|a)*b'\n    age: "
            + A
            + "\n  - age: "
            + A
            + "\n";
    String path = "/repo/" + "a".repeat(200) + "!";
    long start = System.nanoTime();
    rule(yaml, path);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void depthAndAliasesAreBounded() {
    refused(478, "a: " + "[".repeat(5_000) + "]".repeat(5_000));
    StringBuilder laughs = new StringBuilder("l0: &l0 {age: [" + A + "]}\n");
    for (int i = 1; i < 40; i++) {
      laughs.append("l").append(i).append(": &l").append(i).append(" {merge: [");
      laughs.append(("*l" + (i - 1) + ", ").repeat(9)).append("*l").append(i - 1).append("]}\n");
    }
    laughs.append("creation_rules:\n  - key_groups: [*l39]\n");
    refused(478, laughs.toString());
    refused(478, "# " + "x".repeat(1 << 20));
  }

  @Test
  void indentsAreReadForEachStore() {
    SopsConfig config = config("stores:\n  yaml:\n    indent: 2\n  json:\n    indent: -1\n");
    assertThat(config.indent(SopsFormat.YAML)).contains(2);
    assertThat(config.indent(SopsFormat.JSON)).contains(-1);
    assertThat(config.indent(SopsFormat.BINARY)).isEmpty();
    assertThat(config.indent(SopsFormat.DOTENV)).isEmpty();
    assertThatThrownBy(() -> config("stores: {yaml: {indent: 99}}").indent(SopsFormat.YAML))
        .isInstanceOf(PaleException.class);
  }

  @Test
  void theFileIsFoundUpwardsAndTheOtherNameIsTold() throws IOException {
    Path deep = Files.createDirectories(folder.resolve("a/b/c"));
    Files.writeString(folder.resolve("a/.sops.yml"), "");
    Files.writeString(folder.resolve(".sops.yaml"), "");
    List<String> warnings = new ArrayList<>();
    assertThat(SopsConfig.find(deep, warnings)).contains(folder.resolve(".sops.yaml"));
    assertThat(warnings).singleElement().asString().contains(".sops.yml");
  }
}
