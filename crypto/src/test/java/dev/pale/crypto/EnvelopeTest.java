package dev.pale.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
  private static final AssociatedData AAD = AssociatedData.of("pale/test/1").text("a").number(7);

  private final byte[] key = Keys.random(32);

  /** The Galois/Counter Mode of Operation (McGrew, Viega), test cases 14 and 16. */
  @Test
  void sealsAsTheVectorsOfGcmSay() {
    byte[] zeros = new byte[32];
    byte[] sealed = Envelope.sealRaw(zeros, new byte[12], new byte[0], new byte[16]);
    assertThat(hex(sealed))
        .isEqualTo(
            "000000000000000000000000"
                + "cea7403d4d606b6e074ec5d3baf39d18"
                + "d0d1c8a799996bf0265b98b5d48ab919");

    byte[] sixteen =
        Envelope.sealRaw(
            unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
            unhex("cafebabefacedbaddecaf888"),
            unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
            unhex(
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                    + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"));
    assertThat(hex(sixteen)).endsWith("bcc9f662" + "76fc6ece0f4e1768cddf8853bb2d551b");
  }

  @Property(tries = 200)
  void whatIsSealedIsOpened(@ForAll byte[] plaintext) {
    byte[] sealed = Envelope.seal(key, AAD, plaintext);
    assertThat(sealed).hasSize(plaintext.length + Envelope.OVERHEAD_BYTES);
    assertThat(Envelope.open(key, AAD, sealed)).isEqualTo(plaintext);
  }

  @Property(tries = 300)
  void anyFlippedBitIsRefused(
      @ForAll @Size(max = 60) byte[] plaintext, @ForAll @IntRange(max = 1_000_000) int where) {
    byte[] sealed = Envelope.seal(key, AAD, plaintext);
    int bit = where % (sealed.length * 8);
    sealed[bit / 8] ^= (byte) (1 << (bit % 8));
    assertRefused(key, AAD, sealed);
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] sealed = Envelope.seal(key, AAD, new byte[40]);
    for (int length = 0; length < sealed.length; length++) {
      assertRefused(key, AAD, Arrays.copyOf(sealed, length));
    }
    assertRefused(key, AAD, Arrays.copyOf(sealed, sealed.length + 1));
  }

  @Test
  void anotherKeyOrAnotherPlaceIsRefused() {
    byte[] sealed = Envelope.seal(key, AAD, new byte[40]);
    for (int bit = 0; bit < 256; bit++) {
      byte[] other = key.clone();
      other[bit / 8] ^= (byte) (1 << (bit % 8));
      assertRefused(other, AAD, sealed);
    }
    assertRefused(key, AssociatedData.of("pale/test/1").text("a").number(8), sealed);
    assertRefused(key, AssociatedData.of("pale/test/1").text("a"), sealed);
  }

  @Test
  void twoSealsOfOneValueDiffer() {
    assertThat(Envelope.seal(key, AAD, new byte[40]))
        .isNotEqualTo(Envelope.seal(key, AAD, new byte[40]));
  }

  @Test
  void anOpenerOpensOnAfterARefusal() {
    EnvelopeOpener opener = new EnvelopeOpener();
    byte[] first = Envelope.seal(key, AAD, new byte[] {1});
    byte[] second = Envelope.seal(key, AAD, new byte[] {2});
    assertThat(opener.open(key, AAD, first)).containsExactly(1);
    assertThatThrownBy(() -> opener.open(Keys.random(32), AAD, second))
        .isInstanceOf(AuthenticationException.class);
    assertThat(opener.open(key, AAD, second)).containsExactly(2);
    assertThat(opener.open(key, AAD, first)).containsExactly(1);
  }

  @Test
  void keysAndPlaintextBelongToTheCallerAndStayAsTheyAre() {
    byte[] own = key.clone();
    byte[] plaintext = {1, 2, 3};
    byte[] sealed = Envelope.seal(own, AAD, plaintext);
    Envelope.open(own, AAD, sealed);
    assertThat(own).isEqualTo(key);
    assertThat(plaintext).containsExactly(1, 2, 3);
  }

  private static void assertRefused(byte[] key, AssociatedData aad, byte[] sealed) {
    assertThatThrownBy(() -> Envelope.open(key, aad, sealed))
        .isInstanceOf(AuthenticationException.class)
        .hasNoCause();
  }

  private static byte[] unhex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
