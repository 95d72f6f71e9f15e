package dev.pale.crypto.age;

import static dev.pale.crypto.age.AgeTest.assertKind;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.crypto.CryptoException.Kind;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipients and identities as text. */
class KeyTextTest {
  private static final String KEY =
      "AGE-SECRET-KEY-1WUMUECSUQXYUW7C4UV9EUJL5SU25WM7PJLYA2YJUWHTVYXESLP2QYV23MP";
  private static final String OTHER =
      "AGE-SECRET-KEY-10XVH0PMMAJHJSTRTMD6LZZ3STSXS6XCM8TYXKAFN6N7FZ43GSU7SFSLFJJ";
  private static final String RECIPIENT =
      "age1ynpveyve5rgwg3hexanxwqa8p0ctacmzj98zlzgdwt205wxn990s83sjyp";

  @Property(tries = 300)
  void anyBytesComeBackFromBech32(@ForAll @Size(max = 100) byte[] bytes) {
    byte[] text = Bech32.encode("age1name", bytes);
    Bech32.Decoded decoded = Bech32.decode(text).orElseThrow();
    assertThat(decoded.bytes()).isEqualTo(bytes);
    assertThat(decoded.prefix()).isEqualTo("age1name");
  }

  /** BIP 173, test vectors, those with a valid checksum and with whole bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"A12UEL5L", "a12uel5l", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"})
  void validBech32IsRead(String text) {
    assertThat(Bech32.decode(text.getBytes(US_ASCII))).isPresent();
  }

  /** BIP 173, test vectors, invalid ones. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "pzry9x0s0muk",
        "1pzry9x0s0muk",
        "x1b4n0q5v",
        "li1dgmt3",
        "A1G7SGD8",
        "10a06t8",
        "1qzzfhee",
        "a12UEL5L",
        "",
        "1",
        "A12UEL5L ",
        "a12uel5m"
      })
  void brokenBech32IsRefused(String text) {
    assertThat(Bech32.decode(text.getBytes(US_ASCII))).isEmpty();
  }

  @Test
  void anIdentityFileMayHoldCommentsAndSeveralIdentities() {
    String file =
        "# created by hand\r\n# public key: "
            + RECIPIENT
            + "\r\n\r\n"
            + KEY
            + "\r\n\n# another\n"
            + OTHER;
    List<AgeIdentity> identities = AgeIdentity.parseFile(file.getBytes(US_ASCII));
    assertThat(identities).hasSize(2);
    assertThat(identities.getFirst().recipient().text()).isEqualTo(RECIPIENT);
    assertThat(identities.getLast().secretText()).isEqualTo(OTHER.getBytes(US_ASCII));
  }

  @Test
  void aBadLineOfAnIdentityFileIsNamedAndNotShown() {
    String broken = KEY.replace("WUMU", "WUMQ");
    assertThatThrownBy(
            () -> AgeIdentity.parseFile(("# one\n" + OTHER + "\n" + broken).getBytes(US_ASCII)))
        .hasMessageContaining("line 3")
        .hasMessageContaining("checksum")
        .message()
        .doesNotContain("UECSUQ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing\n",
        "age1ynpveyve5rgwg3hexanxwqa8p0ctacmzj98zlzgdwt205wxn990s83sjyp",
        "age-secret-key-1wumuecsuqxyuw7c4uv9eujl5su25wm7pjlya2yjuwhtvyxeslp2qyv23mp",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\n****\n-----END OPENSSH PRIVATE KEY-----\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
      })
  void whatHoldsNoIdentityIsRefused(String file) {
    assertKind(Kind.FORMAT, () -> AgeIdentity.parseFile(file.getBytes(US_ASCII)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AGE-PLUGIN-YUBIKEY-1QQQQ",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
      })
  void whatPaleDoesNotReadIsSaidSo(String file) {
    assertKind(Kind.UNSUPPORTED, () -> AgeIdentity.parseFile(file.getBytes(US_ASCII)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "age1",
        "hello",
        "age1ynpveyve5rgwg3hexanxwqa8p0ctacmzj98zlzgdwt205wxn990s83sjyq",
        "AGE1YNPVEYVE5RGWG3HEXANXWQA8P0CTACMZJ98ZLZGDWT205WXN990S83SJYP",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 ****",
        "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAsid8q9XqUo",
      })
  void whatIsNoRecipientIsRefused(String text) {
    assertKind(Kind.FORMAT, () -> AgeRecipient.parse(text));
  }

  @Test
  void anIdentityFileThatIsEncryptedAsksForItsPassphrase() {
    byte[] word = "tulip".getBytes(US_ASCII);
    for (boolean armored : new boolean[] {false, true}) {
      List<AgeRecipient> to = List.of(AgeRecipient.passphrase(word, 4));
      byte[] inner = (KEY + "\n").getBytes(US_ASCII);
      byte[] file = armored ? Age.encryptArmored(inner, to) : Age.encrypt(inner, to);
      assertKind(Kind.PASSPHRASE_NEEDED, () -> AgeIdentity.parseFile(file));
      assertKind(
          Kind.NO_MATCHING_IDENTITY, () -> AgeIdentity.parseFile(file, "rose".getBytes(US_ASCII)));
      assertThat(AgeIdentity.parseFile(file, word).getFirst().recipient().text())
          .isEqualTo(RECIPIENT);
    }
  }

  @Test
  void aSecretKeyInPlaceOfARecipientIsRefusedWithoutShowingIt() {
    assertThatThrownBy(() -> AgeRecipient.parse(KEY)).message().doesNotContain("WUMU");
  }

  @Test
  void recipientsThatPaleDoesNotEncryptToAreSaidSo() {
    String plugin = new String(Bech32.encode("age1yubikey", new byte[33]), US_ASCII);
    for (String text :
        List.of(plugin, "github:someone", "ecdsa-sha2-nistp256 AAAA", "ssh-dss AAAA")) {
      assertKind(Kind.UNSUPPORTED, () -> AgeRecipient.parse(text));
    }
  }
}
