package dev.pale.sops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class MasterKeysTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final String RECIPIENT =
      "age1lzd99uklcjnc0e7d860axevet2cz99ce9pq6tzuzd05l5nr28ams36nvun";

  @Test
  void keysHaveTheFieldsThatSopsWrites() {
    assertThat(MasterKeys.age(RECIPIENT + ", " + RECIPIENT + ",")).hasSize(2);
    assertThat(MasterKeys.age(RECIPIENT).getFirst().fields())
        .isEqualTo(Map.of("recipient", RECIPIENT));
    assertThat(MasterKeys.pgp("85D7 7543 B3D6 24B6 3CEA 9E6D BC17 301B 491B 3F21", NOW))
        .singleElement()
        .satisfies(key ->
            assertThat(key.fields())
                .isEqualTo(
                    Map.of(
                        "fp",
                        "85D77543B3D624B63CEA9E6DBC17301B491B3F21",
                        "created_at",
                        "2026-01-02T03:04:05Z")));
    assertThat(
            MasterKeys.kms(
                "arn:aws:kms:eu-west-1:1:key/a+arn:aws:iam::1:role/r", Map.of("a", "b"), "", NOW))
        .singleElement()
        .satisfies(key -> {
          assertThat(key.field("arn")).isEqualTo("arn:aws:kms:eu-west-1:1:key/a");
          assertThat(key.field("role")).isEqualTo("arn:aws:iam::1:role/r");
          assertThat(key.context()).isEqualTo(Map.of("a", "b"));
        });
    assertThat(MasterKeys.gcpKms("projects/p/locations/l/keyRings/r/cryptoKeys/k", NOW))
        .singleElement()
        .satisfies(key -> assertThat(MasterKeys.id(key)).endsWith("cryptoKeys/k"));
    assertThat(MasterKeys.azure("https://x.vault.azure.net/keys/k/v1", NOW))
        .singleElement()
        .satisfies(key -> {
          assertThat(key.field("vault_url")).isEqualTo("https://x.vault.azure.net");
          assertThat(key.field("name")).isEqualTo("k");
          assertThat(key.field("version")).isEqualTo("v1");
        });
    assertThat(MasterKeys.vault("https://v.example:8200/v1/team/transit/keys/dev", NOW))
        .singleElement()
        .satisfies(key -> {
          assertThat(key.field("vault_address")).isEqualTo("https://v.example:8200");
          assertThat(key.field("engine_path")).isEqualTo("team/transit");
          assertThat(key.field("key_name")).isEqualTo("dev");
        });
  }

  @Test
  void whatIsNoKeyIsRefusedAndNotRepeated() {
    String secret = "AGE-SECRET-KEY-1QQPQYQPQ";
    List<Function<String, List<MasterKey>>> all =
        List.of(
            MasterKeys::age,
            text -> MasterKeys.pgp(text, NOW),
            text -> MasterKeys.kms(text, Map.of(), "", NOW),
            text -> MasterKeys.gcpKms(text, NOW),
            text -> MasterKeys.azure(text, NOW),
            text -> MasterKeys.vault(text, NOW));
    for (Function<String, List<MasterKey>> each : all) {
      assertThatThrownBy(() -> each.apply(secret))
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.code()).isEqualTo(481);
                assertThat(e.what() + e.why() + e.mend()).doesNotContain("QQPQYQPQ");
              });
    }
  }

  @Test
  void aFingerprintIsHexadecimalAlone() {
    for (String wrong :
        List.of(
            "--homedir=/tmp/x",
            "-o/tmp/x",
            "491B3F21",
            "alice@example.org",
            "85D77543B3D624B63CEA9E6DBC17301B491B3F2",
            "85D77543B3D624B63CEA9E6DBC17301B491B3F2g",
            "85D77543B3D624B63CEA9E6DBC17301B491B3F2\n",
            "٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠")) {
      assertThat(MasterKeys.isFingerprint(wrong)).as(wrong).isFalse();
    }
    assertThat(MasterKeys.isFingerprint("85d77543b3d624b63cea9e6dbc17301b491b3f21")).isTrue();
    assertThat(MasterKeys.isFingerprint("BC17301B491B3F21!")).isTrue();
  }

  @Test
  void aVaultAddressCarriesNoPasswordAndNoQuery() {
    for (String wrong :
        List.of(
            "https://u:p@v.example/v1/t/keys/k",
            "https://v.example/v1/t/keys/k?x=y",
            "file:///v1/t/keys/k",
            "https://v.example/v1/keys/k/",
            "https:///v1/t/keys/k")) {
      assertThatThrownBy(() -> MasterKeys.vault(wrong, NOW))
          .as(wrong)
          .isInstanceOf(PaleException.class);
    }
  }

  @Test
  void anEncryptionContextIsPairs() {
    assertThat(MasterKeys.kmsContext("a:b, c:d:e")).isEqualTo(Map.of("a", "b", "c", "d:e"));
    assertThatThrownBy(() -> MasterKeys.kmsContext("ab"))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(496));
  }
}
