package dev.pale.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class KeysTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void aFingerprintIsSixteenHexDigitsThatDependOnTheKey() {
    byte[] key = new byte[32];
    byte[] mac = Mac256.of(key, "pale key fingerprint 1".getBytes(StandardCharsets.US_ASCII));
    assertThat(Keys.fingerprint(key)).isEqualTo(HEX.formatHex(mac, 0, 8));
    key[31] = 1;
    assertThat(Keys.fingerprint(key)).isNotEqualTo(HEX.formatHex(mac, 0, 8));
  }

  @Test
  void aWipedKeyIsZeros() {
    byte[] key = Keys.random(32);
    assertThat(key).isNotEqualTo(new byte[32]);
    Keys.wipe(key);
    assertThat(key).isEqualTo(new byte[32]);
  }

  @Test
  void randomBytesDiffer() {
    assertThat(Keys.random(16)).hasSize(16).isNotEqualTo(Keys.random(16));
    assertThat(Keys.random(0)).isEmpty();
  }

  /** RFC 4231, test cases 2 and 6. */
  @Test
  void macsAsTheVectorsOfTheRfcSay() {
    byte[] message = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);
    byte[] key = "Jefe".getBytes(StandardCharsets.US_ASCII);
    byte[] mac = HEX.parseHex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assertThat(Mac256.of(key, message)).isEqualTo(mac);
    assertThat(Mac256.verify(key, message, mac)).isTrue();
    mac[31] ^= 1;
    assertThat(Mac256.verify(key, message, mac)).isFalse();
    assertThat(Mac256.verify(key, message, new byte[0])).isFalse();

    byte[] longKey = HEX.parseHex("aa".repeat(131));
    byte[] second =
        "Test Using Larger Than Block-Size Key - Hash Key First"
            .getBytes(StandardCharsets.US_ASCII);
    assertThat(HEX.formatHex(Mac256.of(longKey, second)))
        .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  }

  @Test
  void aMacObjectStartsAfreshAfterEachMessage() {
    byte[] key = Keys.random(32);
    Mac256 mac = new Mac256(key);
    byte[] first = mac.update(new byte[] {1}).update(new byte[] {9, 2, 9}, 1, 1).finish();
    assertThat(first).isEqualTo(Mac256.of(key, new byte[] {1, 2}));
    assertThat(mac.update(new byte[] {1, 2}).finish()).isEqualTo(first);
  }

  /** RFC 5869, A.1, A.2 and A.3. */
  @Test
  void derivesAsTheVectorsOfTheRfcSay() {
    assertThat(
            HEX.formatHex(
                Hkdf.derive(
                    HEX.parseHex("0b".repeat(22)),
                    HEX.parseHex("000102030405060708090a0b0c"),
                    HEX.parseHex("f0f1f2f3f4f5f6f7f8f9"),
                    42)))
        .isEqualTo(
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    assertThat(
            HEX.formatHex(Hkdf.derive(counting(0, 80), counting(0x60, 80), counting(0xb0, 80), 82)))
        .isEqualTo(
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                + "cc30c58179ec3e87c14c01d5c1f3434f1d87");
    assertThat(
            HEX.formatHex(Hkdf.derive(HEX.parseHex("0b".repeat(22)), new byte[0], new byte[0], 42)))
        .isEqualTo(
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  }

  @Test
  void derivesNoMoreThanTheRfcAllows() {
    byte[] material = new byte[32];
    assertThat(Hkdf.derive(material, new byte[0], new byte[0], 8160)).hasSize(8160);
    assertThatThrownBy(() -> Hkdf.derive(material, new byte[0], new byte[0], 8161))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Hkdf.derive(material, new byte[0], new byte[0], 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] counting(int from, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (from + i);
    }
    return bytes;
  }
}
