package dev.pale.providers.bitwarden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncStringTest {
  /** From the tests of Bitwarden's own client: a token, its key, a payload, a name. */
  private static final String TOKEN =
      "0.ec2c1d46-6a4b-4751-a310-af9601317f2d.C2IgxjjLF7qSshsbwe8JGcbM075YXw"
          + ":X8vbvA0bduihIDe/qrzIQQ==";

  private static final String KEY =
      "H9/oIRLtL9nGCQOVDjSMoEbJsjWXSOCb3qeyDt6ckzS3FhyboEDWyTP/CQfbIszNmAVg2ExFganG1FVFGXO/Jg==";
  private static final String PAYLOAD =
      "2.E9fE8+M/VWMfhhim1KlCbQ==|eLsHR484S/tJbIkM6spnG/HP65tj9A6Tba7kAAvUp+rYuQmGLixiOCfMsqt5OvBc"
          + "tDfvvr/AesBu7cZimPLyOEhqEAjn52jF0eaI38XZfeOG2VJl0LOf60Wkfh3ryAMvfvLj3G4ZCNYU8sNgoC2+IQ=="
          + "|lNApuCQ4Pyakfo/wwuuajWNaEX/2MW8/3rjXB/V7n+k=";
  private static final String NAME =
      "2.pMS6/icTQABtulw52pq2lg==|XXbxKxDTh+mWiN1HjH2N1w==|Q6PkuT+KX/axrgN9ubD5Ajk2YNwxQkgs3WJM0S0wtG8=";

  private static final byte[] OWN = new byte[64];

  static {
    for (int i = 0; i < OWN.length; i++) {
      OWN[i] = (byte) (i * 7 + 1);
    }
  }

  @Test
  void a_tokens_key_is_the_one_that_bitwardens_own_client_derives() {
    try (AccessToken token = AccessToken.parse(TOKEN)) {
      assertThat(Base64.getEncoder().encodeToString(token.key())).isEqualTo(KEY);
      assertThat(token.clientId()).isEqualTo("ec2c1d46-6a4b-4751-a310-af9601317f2d");
      assertThat(token.clientSecret()).isEqualTo("C2IgxjjLF7qSshsbwe8JGcbM075YXw");
      assertThat(token.toString()).doesNotContain("C2Igxjj").doesNotContain("X8vbv");
    }
  }

  @Test
  void a_payload_of_bitwardens_own_client_opens_and_so_does_what_its_key_sealed() {
    byte[] payload = EncString.open(PAYLOAD, Base64.getDecoder().decode(KEY), "payload");
    String json = new String(payload, StandardCharsets.UTF_8);
    assertThat(json).startsWith("{\"encryptionKey\":\"");
    String inner = json.substring(json.indexOf(":\"") + 2, json.lastIndexOf('"'));
    assertThat(EncString.openText(NAME, Base64.getDecoder().decode(inner), "name"))
        .isEqualTo("TEST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0.ec2c1d46-6a4b-4751-a310-af9601317f2d.C2Igxjj",
        "1.ec2c1d46-6a4b-4751-a310-af9601317f2d.C2IgxjjLF7:X8vbvA0bduihIDe/qrzIQQ==",
        "0.ec2c1d46-6a4b-4751-a310-af960131.C2IgxjjLF7:X8vbvA0bduihIDe/qrzIQQ==",
        "0.ec2c1d46-6a4b-4751-a310-af9601317f2d.C2I gxj:X8vbvA0bduihIDe/qrzIQQ==",
        "0.ec2c1d46-6a4b-4751-a310-af9601317f2d.C2IgxjjLF7:X8vbvA0bduihIDe/qrzI",
        "0.ec2c1d46-6a4b-4751-a310-af9601317f2d.C2IgxjjLF7:X8vbvA0bduihIDe/qrzIQQ==x"
      })
  void what_is_no_token_is_refused_without_being_quoted(String text) {
    assertThatThrownBy(() -> AccessToken.parse(text))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(601);
              assertThat(e.what() + e.why() + e.mend()).doesNotContain("C2I");
            });
  }

  @Property(tries = 100)
  void what_is_sealed_is_opened_again(@ForAll @Size(max = 200) byte[] plain) {
    assertThat(EncString.open(Sealed.seal(plain, OWN), OWN, "it")).isEqualTo(plain);
  }

  @Test
  void a_change_of_any_byte_is_found_before_anything_is_decrypted() {
    String sealed = Sealed.seal("value", OWN);
    String[] parts = sealed.substring(2).split("\\|");
    for (int part = 0; part < 3; part++) {
      byte[] bytes = Base64.getDecoder().decode(parts[part]);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] ^= 1;
        String[] changed = parts.clone();
        changed[part] = Base64.getEncoder().encodeToString(bytes);
        bytes[i] ^= 1;
        assertRefused("2." + String.join("|", changed), "MAC");
      }
    }
  }

  @Test
  void bad_padding_under_a_good_mac_is_an_error_and_no_value() throws GeneralSecurityException {
    byte[] iv = new byte[16];
    byte[] sealed = new byte[32];
    assertRefused(Sealed.text(iv, sealed, Sealed.mac(iv, sealed, OWN)), "padding");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2.",
        "2.||",
        "0.AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAA==",
        "1.AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAA==|AAAA",
        "2.AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAA==",
        "2.AAAA|AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "2.AAAAAAAAAAAAAAAAAAAAAA==|AAAA|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "2.AAAAAAAAAAAAAAAAAAAAAB==|AAAAAAAAAAAAAAAAAAAAAA==|AAAA",
        "2.!!!|AAAAAAAAAAAAAAAAAAAAAA==|AAAA",
        "plain text"
      })
  void what_is_no_encrypted_text_of_type_2_is_refused(String text) {
    assertRefused(text, "");
  }

  private static void assertRefused(String text, String why) {
    assertThatThrownBy(() -> EncString.open(text, OWN, "it"))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(629);
              assertThat(e.why()).contains(why);
            });
  }
}
