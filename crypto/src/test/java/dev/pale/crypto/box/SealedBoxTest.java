package dev.pale.crypto.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pale.crypto.CryptoException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;

/** What is sealed, its owner opens; the primitives are their papers' and BouncyCastle's. */
class SealedBoxTest {
  private static final HexFormat HEX = HexFormat.of();

  private static final String LIBSODIUM_PRIVATE =
      "3d94eea49c580aef816935762be049559d6d1440dede12e6a125f1841fff8e6f";
  private static final String LIBSODIUM_PUBLIC =
      "4701d08488451f545a409fb58ae3e58581ca40ac3f7f114698cd71deac73ca01";
  private static final String LIBSODIUM_BOX =
      "604df192782476c60e783abc9cb465aad821f4890e785e9277e8fa7f1338d53a"
          + "18d52fb295fbc14e9802da5ff491c82710c9b924819ce55230be6ad09d2b8f19"
          + "1359d4819efe9936c20bab3a94e9da163103f2e1527597acb965700fade35e22"
          + "54c5dfd5d0ad96a5b27fe0956c7007b251940dd746b40c82b4b2b0";

  private final Random random = new Random(11);

  @Test
  void blake2bGivesTheHashOfRfc7693AppendixA() {
    assertThat(HEX.formatHex(Blake2b.hash(64, "abc".getBytes(StandardCharsets.US_ASCII))))
        .isEqualTo(
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
  }

  @Test
  void blake2bIsBouncyCastlesForEveryLength() {
    for (int length = 0; length < 400; length++) {
      byte[] message = bytes(length);
      for (int size : new int[] {1, 24, 32, 64}) {
        Blake2bDigest digest = new Blake2bDigest(size * 8);
        digest.update(message, 0, length);
        byte[] expected = new byte[size];
        digest.doFinal(expected, 0);
        assertThat(Blake2b.hash(size, message)).isEqualTo(expected);
      }
    }
  }

  @Test
  void poly1305GivesTheTagOfRfc8439Section252() {
    byte[] key = HEX.parseHex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b");
    byte[] text = "Cryptographic Forum Research Group".getBytes(StandardCharsets.US_ASCII);
    assertThat(HEX.formatHex(Poly1305.tag(key, text, 0, text.length)))
        .isEqualTo("a8061dc1305136c6c22b8baf0c0127a9");
  }

  /** RFC 8439, A.3, vectors 7 to 11: sums around 2^130 - 5 and 2^128. */
  @Test
  void poly1305CarriesRightAtTheModulus() {
    poly("02" + "00".repeat(31), "ff".repeat(16), "03" + "00".repeat(15));
    poly("02" + "00".repeat(15) + "ff".repeat(16), "02" + "00".repeat(15), "03" + "00".repeat(15));
    poly(
        "01" + "00".repeat(31),
        "ff".repeat(16) + "f0" + "ff".repeat(15) + "11" + "00".repeat(15),
        "05" + "00".repeat(15));
    poly(
        "01" + "00".repeat(31),
        "ff".repeat(16) + "fb" + "fe".repeat(15) + "01".repeat(16),
        "00".repeat(16));
    poly("02" + "00".repeat(31), "fd" + "ff".repeat(15), "fa" + "ff".repeat(15));
  }

  @Test
  void poly1305IsBouncyCastles() {
    for (int length = 0; length < 200; length++) {
      byte[] key = length % 3 == 0 ? extreme(32) : bytes(32);
      byte[] text = length % 2 == 0 ? extreme(length) : bytes(length);
      var mac = new org.bouncycastle.crypto.macs.Poly1305();
      mac.init(new KeyParameter(key));
      mac.update(text, 0, length);
      byte[] expected = new byte[16];
      mac.doFinal(expected, 0);
      assertThat(Poly1305.tag(key, text, 0, length)).isEqualTo(expected);
    }
  }

  /** "Extending the Salsa20 nonce", section 8: the second HSalsa20 example of NaCl's paper. */
  @Test
  void hsalsa20GivesTheKeyOfNaClsPaper() {
    byte[] shared =
        HEX.parseHex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    assertThat(HEX.formatHex(Salsa20.hsalsa20(shared, new byte[16])))
        .isEqualTo("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
  }

  @Test
  void xsalsa20IsBouncyCastles() {
    for (int length : new int[] {0, 1, 31, 32, 33, 64, 95, 96, 97, 1000}) {
      byte[] key = bytes(32);
      byte[] nonce = bytes(24);
      byte[] message = bytes(length);
      byte[] ours = new byte[length + 16];
      SealedBox.sealInto(ours, 0, key, nonce, message);
      XSalsa20Engine engine = new XSalsa20Engine();
      engine.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
      byte[] padded = new byte[32 + length];
      System.arraycopy(message, 0, padded, 32, length);
      byte[] theirs = new byte[32 + length];
      engine.processBytes(padded, 0, padded.length, theirs, 0);
      assertThat(Arrays.copyOfRange(ours, 16, ours.length))
          .isEqualTo(Arrays.copyOfRange(theirs, 32, theirs.length));
    }
  }

  /** Made with libsodium 1.0.18: {@code crypto_box_seed_keypair}, {@code crypto_box_seal}. */
  @Test
  void aBoxOfLibsodiumOpensWithTheSameParts() {
    byte[] box = HEX.parseHex(LIBSODIUM_BOX);
    byte[] opened = open(HEX.parseHex(LIBSODIUM_PRIVATE), HEX.parseHex(LIBSODIUM_PUBLIC), box);
    assertThat(new String(opened, StandardCharsets.US_ASCII))
        .isEqualTo("the quick brown fox jumps over the lazy dog, and then again, past one block");
  }

  @Test
  void itsOwnerOpensIt() {
    for (int length : new int[] {0, 1, 31, 32, 33, 63, 64, 65, 48_000}) {
      byte[] secret = bytes(32);
      byte[] publicKey = publicKey(secret);
      byte[] message = bytes(length);
      byte[] box = SealedBox.seal(publicKey, message);
      assertThat(box).hasSize(length + SealedBox.OVERHEAD_BYTES);
      assertThat(open(secret, publicKey, box)).isEqualTo(message);
    }
  }

  @Test
  void libsodiumOpensIt() throws Throwable {
    Optional<MethodHandle> open = libsodium();
    assumeTrue(open.isPresent(), "skipped: libsodium is not on this machine");
    byte[] secret = bytes(32);
    byte[] publicKey = publicKey(secret);
    for (int length : new int[] {0, 1, 32, 100, 5000}) {
      byte[] message = bytes(length);
      byte[] box = SealedBox.seal(publicKey, message);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment out = arena.allocate(Math.max(1, length));
        int result =
            (int)
                open.get()
                    .invokeExact(
                        out,
                        arena.allocateFrom(ValueLayout.JAVA_BYTE, box),
                        (long) box.length,
                        arena.allocateFrom(ValueLayout.JAVA_BYTE, publicKey),
                        arena.allocateFrom(ValueLayout.JAVA_BYTE, secret));
        assertThat(result).isZero();
        assertThat(out.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(message);
      }
    }
  }

  @Test
  void twoBoxesOfOneMessageHaveNothingInCommon() {
    byte[] publicKey = publicKey(bytes(32));
    byte[] one = SealedBox.seal(publicKey, new byte[32]);
    byte[] two = SealedBox.seal(publicKey, new byte[32]);
    assertThat(Arrays.copyOf(one, 32)).isNotEqualTo(Arrays.copyOf(two, 32));
    assertThat(Arrays.copyOfRange(one, 48, 80)).isNotEqualTo(Arrays.copyOfRange(two, 48, 80));
  }

  @Test
  void aKeyOfSmallOrderOrAnotherLengthIsRefused() {
    byte[] one = new byte[32];
    one[0] = 1;
    for (byte[] key : new byte[][] {new byte[32], one, new byte[31], new byte[33], new byte[0]}) {
      assertThatThrownBy(() -> SealedBox.seal(key, new byte[5]))
          .isInstanceOf(CryptoException.class)
          .hasMessageContaining("not a Curve25519 public key");
    }
  }

  private static void poly(String key, String text, String tag) {
    byte[] bytes = HEX.parseHex(text);
    assertThat(HEX.formatHex(Poly1305.tag(HEX.parseHex(key), bytes, 0, bytes.length)))
        .isEqualTo(tag);
  }

  /** Opens with BouncyCastle's primitives, so that nothing of ours judges itself. */
  static byte[] open(byte[] secret, byte[] publicKey, byte[] box) {
    byte[] ephemeral = Arrays.copyOf(box, 32);
    byte[] shared = new byte[32];
    X25519.scalarMult(secret, 0, ephemeral, 0, shared, 0);
    Blake2bDigest digest = new Blake2bDigest(192);
    digest.update(ephemeral, 0, 32);
    digest.update(publicKey, 0, 32);
    byte[] nonce = new byte[24];
    digest.doFinal(nonce, 0);
    // crypto_box's key is HSalsa20(shared, 0): published above, checked against the paper.
    byte[] key = Salsa20.hsalsa20(shared, new byte[16]);
    XSalsa20Engine engine = new XSalsa20Engine();
    engine.init(false, new ParametersWithIV(new KeyParameter(key), nonce));
    byte[] macKey = new byte[32];
    engine.processBytes(macKey, 0, 32, macKey, 0);
    var mac = new org.bouncycastle.crypto.macs.Poly1305();
    mac.init(new KeyParameter(macKey));
    mac.update(box, 48, box.length - 48);
    byte[] tag = new byte[16];
    mac.doFinal(tag, 0);
    assertThat(Arrays.copyOfRange(box, 32, 48)).isEqualTo(tag);
    byte[] message = new byte[box.length - 48];
    engine.processBytes(box, 48, message.length, message, 0);
    return message;
  }

  private static byte[] publicKey(byte[] secret) {
    byte[] publicKey = new byte[32];
    X25519.scalarMultBase(secret, 0, publicKey, 0);
    return publicKey;
  }

  private static Optional<MethodHandle> libsodium() {
    for (String folder : new String[] {"/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"}) {
      Path library = Path.of(folder, "libsodium.so.23");
      if (Files.exists(library)) {
        MemorySegment symbol =
            SymbolLookup.libraryLookup(library, Arena.global())
                .find("crypto_box_seal_open")
                .orElseThrow();
        return Optional.of(
            Linker.nativeLinker()
                .downcallHandle(
                    symbol,
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS)));
      }
    }
    return Optional.empty();
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] extreme(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0xff);
    return bytes;
  }
}
