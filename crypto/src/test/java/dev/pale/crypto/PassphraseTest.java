package dev.pale.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassphraseTest {
  private static final String SALT = "AAAAAAAAAAAAAAAAAAAAAA";

  /** RFC 9106, 5.3. */
  @Test
  void hashesAsTheVectorOfTheRfcSays() {
    assertThat(
            HexFormat.of()
                .formatHex(
                    Argon2id.hash(
                        filled(32, 1), filled(16, 2), filled(8, 3), filled(12, 4), 32, 3, 4, 32)))
        .isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
  }

  @Test
  void theSamePassphraseAndParametersGiveTheSameKey() {
    PassphraseParameters parameters = PassphraseParameters.fresh(8192, 1, 1);
    byte[] passphrase = "correct horse".getBytes(StandardCharsets.UTF_8);
    byte[] key = Passphrase.derive(passphrase, parameters);
    assertThat(key).hasSize(32);
    assertThat(Passphrase.derive(passphrase, PassphraseParameters.parse(parameters.text())))
        .isEqualTo(key);
    assertThat(Passphrase.derive(passphrase, PassphraseParameters.fresh(8192, 1, 1)))
        .isNotEqualTo(key);
    assertThat(Passphrase.derive("correct horsf".getBytes(StandardCharsets.UTF_8), parameters))
        .isNotEqualTo(key);
    assertThat(passphrase).isEqualTo("correct horse".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theDefaultIsTheSecondRecommendationOfTheRfcWithOneLane() {
    PassphraseParameters fresh = PassphraseParameters.fresh();
    assertThat(fresh.text()).startsWith("argon2id$v=19$m=65536,t=3,p=1$").hasSizeLessThan(120);
    assertThat(PassphraseParameters.parse(fresh.text())).isEqualTo(fresh);
    assertThat(fresh.salt()).hasSize(16).isNotEqualTo(PassphraseParameters.fresh().salt());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "argon2id$v=19$m=1048577,t=1,p=1$" + SALT,
        "argon2id$v=19$m=999999999,t=1,p=1$" + SALT,
        "argon2id$v=19$m=65536,t=999999999,p=1$" + SALT,
        "argon2id$v=19$m=1048576,t=9,p=1$" + SALT,
        "argon2id$v=19$m=65536,t=3,p=17$" + SALT,
        "argon2id$v=19$m=65536,t=0,p=1$" + SALT,
        "argon2id$v=19$m=65536,t=3,p=0$" + SALT,
        "argon2id$v=19$m=8191,t=3,p=1$" + SALT,
        "argon2id$v=19$m=65536,t=3,p=1$AAAA",
        "argon2id$v=19$m=65536,t=3,p=1$",
      })
  void costsThatAreNotSafeToFollowAreRefusedBeforeMemoryIsTaken(String text) {
    assertKind(text, CryptoException.Kind.LIMIT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "argon2id",
        "argon2i$v=19$m=65536,t=3,p=1$" + SALT,
        "argon2id$v=16$m=65536,t=3,p=1$" + SALT,
        "argon2id$v=19$m=065536,t=3,p=1$" + SALT,
        "argon2id$v=19$m=+65536,t=3,p=1$" + SALT,
        "argon2id$v=19$m=-65536,t=3,p=1$" + SALT,
        "argon2id$v=19$m=4295032832,t=3,p=1$" + SALT,
        "argon2id$v=19$m=65536,p=1,t=3$" + SALT,
        "argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAB",
        "argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA==",
        "argon2id$v=19$m=65536,t=3,p=1$****",
        "argon2id$v=19$m=65536,t=3,p=1$" + SALT + "$",
        "argon2id$v=19$m=65536,t=3,p=1$" + SALT + "\n",
      })
  void anythingElseIsNoParameters(String text) {
    assertKind(text, CryptoException.Kind.FORMAT);
  }

  @Test
  void anEmptyPassphraseIsAMistakeOfTheCaller() {
    assertThatThrownBy(() -> Passphrase.derive(new byte[0], PassphraseParameters.fresh()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertKind(String text, CryptoException.Kind kind) {
    assertThatThrownBy(() -> PassphraseParameters.parse(text))
        .isInstanceOfSatisfying(
            CryptoException.class, e -> assertThat(e.kind()).as(text).isEqualTo(kind));
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
