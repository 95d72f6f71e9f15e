package dev.pale.crypto.age;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.CryptoException;
import dev.pale.crypto.CryptoException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgeTest {
  /** A throw-away key, as is every key in these tests. */
  private static final String KEY =
      "AGE-SECRET-KEY-1WUMUECSUQXYUW7C4UV9EUJL5SU25WM7PJLYA2YJUWHTVYXESLP2QYV23MP";

  private final AgeIdentity identity = AgeIdentity.generate();

  /** RFC 7748, 5.2. */
  @Test
  void multipliesAsTheVectorsOfTheRfcSay() {
    assertThat(
            X25519.multiply(
                unhex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                unhex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")))
        .hasValue(unhex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"));
    byte[] nine = unhex("09" + "00".repeat(31));
    assertThat(X25519.multiply(nine, nine))
        .hasValue(unhex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"));
    assertThat(X25519.publicKey(nine)).isEqualTo(X25519.multiply(nine, nine).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65535, 65536, 65537, 131072, 200_000})
  void whatIsEncryptedIsDecrypted(int length) {
    byte[] plaintext = new byte[length];
    for (int i = 0; i < length; i++) {
      plaintext[i] = (byte) (i * 31 >> 3);
    }
    List<AgeRecipient> recipients =
        List.of(AgeIdentity.generate().recipient(), identity.recipient());
    assertThat(Age.decrypt(Age.encrypt(plaintext, recipients), List.of(identity)))
        .isEqualTo(plaintext);
    byte[] armored = Age.encryptArmored(plaintext, recipients);
    assertThat(new String(armored, US_ASCII)).startsWith("-----BEGIN AGE ENCRYPTED FILE-----\n");
    assertThat(Age.decrypt(armored, List.of(AgeIdentity.generate(), identity)))
        .isEqualTo(plaintext);
  }

  @Property(tries = 300)
  void anyFlippedBitIsRefused(@ForAll @IntRange(max = 10_000_000) int where) {
    byte[] file = Age.encrypt(new byte[40], List.of(identity.recipient()));
    int bit = where % (file.length * 8);
    file[bit / 8] ^= (byte) (1 << (bit % 8));
    assertThatThrownBy(() -> Age.decrypt(file, List.of(identity)))
        .isInstanceOf(CryptoException.class);
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] file = Age.encrypt(new byte[40], List.of(identity.recipient()));
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> Age.decrypt(cut, List.of(identity)))
          .isInstanceOf(CryptoException.class);
    }
    byte[] longer = Arrays.copyOf(file, file.length + 1);
    assertThatThrownBy(() -> Age.decrypt(longer, List.of(identity)))
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void everyTruncationOfTheTextFormIsRefused() {
    byte[] file = Age.encryptArmored(new byte[40], List.of(identity.recipient()));
    for (int length = 0; length < file.length - 1; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> Age.decrypt(cut, List.of(identity)))
          .isInstanceOf(CryptoException.class);
    }
  }

  @Test
  void chunksThatChangePlacesAreRefused() {
    byte[] file = Age.encrypt(new byte[3 * 65536], List.of(identity.recipient()));
    int sealed = 65536 + 16;
    int payload = file.length - 3 * sealed;
    byte[] swapped = file.clone();
    System.arraycopy(file, payload, swapped, payload + sealed, sealed);
    System.arraycopy(file, payload + sealed, swapped, payload, sealed);
    assertThatThrownBy(() -> Age.decrypt(swapped, List.of(identity)))
        .isInstanceOf(AuthenticationException.class);
    byte[] cut = Arrays.copyOf(file, file.length - sealed);
    assertThatThrownBy(() -> Age.decrypt(cut, List.of(identity)))
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void aStreamGivesOutGenuineChunksAndFailsBeforeTheEnd() throws IOException {
    byte[] file = Age.encrypt(new byte[100_000], List.of(identity.recipient()));
    file[file.length - 1] ^= 1;
    try (InputStream in = Age.decrypting(new ByteArrayInputStream(file), List.of(identity))) {
      assertThat(in.readNBytes(65536)).hasSize(65536);
      for (int again = 0; again < 2; again++) {
        assertThatThrownBy(in::read).isInstanceOf(AuthenticationException.class);
      }
    }
  }

  @Test
  void aStreamMayBeWrittenInAnyPieces() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (OutputStream out = Age.encrypting(file, List.of(identity.recipient()))) {
      out.write(1);
      out.write(new byte[70_000]);
      out.write(new byte[0]);
      out.write(2);
      out.flush();
    }
    byte[] back = Age.decrypt(file.toByteArray(), List.of(identity));
    assertThat(back).hasSize(70_002).startsWith(1).endsWith(2);
  }

  @Test
  void aPassphraseOpensWhatItEncryptedAndGoesWithNoOther() {
    byte[] word = "open sesame".getBytes(US_ASCII);
    AgeRecipient passphrase = AgeRecipient.passphrase(word, 4);
    byte[] file = Age.encrypt(new byte[] {7}, List.of(passphrase));
    assertThat(Age.decrypt(file, List.of(identity, AgeIdentity.passphrase(word))))
        .containsExactly(7);
    assertKind(
        Kind.NO_MATCHING_IDENTITY,
        () -> Age.decrypt(file, List.of(AgeIdentity.passphrase("x".getBytes(US_ASCII)))));
    assertKind(
        Kind.UNSUPPORTED,
        () -> Age.encrypt(new byte[0], List.of(passphrase, identity.recipient())));
    assertKind(
        Kind.UNSUPPORTED,
        () -> Age.encrypt(new byte[0], List.of(identity.recipient(), passphrase)));
    assertThat(passphrase.toString()).doesNotContain("sesame");
  }

  @Test
  void aPassphraseThatAsksForTooMuchMemoryIsRefusedBeforeItIsTaken() {
    byte[] word = "open sesame".getBytes(US_ASCII);
    String file =
        new String(
            Age.encrypt(new byte[0], List.of(AgeRecipient.passphrase(word, 4))),
            java.nio.charset.StandardCharsets.ISO_8859_1);
    for (String work : List.of("21", "30", "31", "32", "63", "999999999999")) {
      byte[] hostile =
          file.replaceFirst(" 4\n", " " + work + "\n")
              .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      assertKind(Kind.LIMIT, () -> Age.decrypt(hostile, List.of(AgeIdentity.passphrase(word))));
    }
  }

  @Test
  void aPostQuantumRecipientGoesWithItsLikeOnly() {
    AgeIdentity strong = AgeIdentity.generatePostQuantum();
    AgeIdentity same = AgeIdentity.parseFile(strong.secretText()).getFirst();
    AgeRecipient recipient = AgeRecipient.parse(strong.recipient().text());
    AgeRecipient another = AgeIdentity.generatePostQuantum().recipient();
    assertThat(recipient.text()).startsWith("age1pq1");
    byte[] file = Age.encrypt(new byte[] {9}, List.of(another, recipient));
    assertThat(Age.decrypt(file, List.of(identity, same))).containsExactly(9);
    assertKind(Kind.NO_MATCHING_IDENTITY, () -> Age.decrypt(file, List.of(identity)));
    for (List<AgeRecipient> mixed :
        List.of(
            List.of(recipient, identity.recipient()), List.of(identity.recipient(), recipient))) {
      assertKind(Kind.UNSUPPORTED, () -> Age.encrypt(new byte[0], mixed));
    }
    strong.close();
    assertThatThrownBy(strong::secretText).isInstanceOf(IllegalStateException.class);
  }

  /**
   * The first vector of draft-connolly-cfrg-xwing-kem: notices also if the JDK ever asks for the
   * seeds of ML-KEM in another order.
   */
  @Test
  void postQuantumKeysAreMadeAsTheVectorOfTheDraftSays() {
    XWing.Pair pair =
        new XWing.Pair(unhex("7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26"));
    assertThat(HexFormat.of().formatHex(pair.publicKey(), 0, 32))
        .isEqualTo("e2236b35a8c24b39b10aa1323a96a919a2ced88400633a7b07131713fc14b2b5");
    XWing.Encapsulated encapsulated = XWing.encapsulate(pair.publicKey()).orElseThrow();
    assertThat(pair.decapsulate(encapsulated.ciphertext())).hasValue(encapsulated.secret());
  }

  @Test
  void anEmptyChunkAtTheEndIsRefusedUnlessTheFileIsEmpty() {
    byte[] fileKey = new byte[Age.FILE_KEY_BYTES];
    byte[] nonce = new byte[Stream.NONCE_BYTES];
    ChaCha cipher = Stream.cipher(fileKey, nonce);
    byte[] header = Header.of(List.of(identity.recipient().wrap(fileKey)), fileKey).encoded();
    byte[] full = cipher.seal(Stream.chunkNonce(0, false), new byte[65536], 0, 65536);
    byte[] empty = cipher.seal(Stream.chunkNonce(1, true), new byte[0], 0, 0);
    byte[] one = Stream.cipher(fileKey, nonce).seal(Stream.chunkNonce(1, true), new byte[1], 0, 1);
    assertThat(Age.decrypt(XWing.joined(header, nonce, full, one), List.of(identity)))
        .hasSize(65537);
    byte[] file = XWing.joined(header, nonce, full, empty);
    assertThatThrownBy(() -> Age.decrypt(file, List.of(identity)))
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void aPassphraseBesideAnotherRecipientIsRefusedEvenWithAGoodMac() {
    byte[] fileKey = new byte[Age.FILE_KEY_BYTES];
    byte[] word = {1};
    Header header =
        Header.of(
            List.of(
                identity.recipient().wrap(fileKey), AgeRecipient.passphrase(word, 1).wrap(fileKey)),
            fileKey);
    byte[] file = XWing.joined(header.encoded(), new byte[64]);
    assertKind(Kind.FORMAT, () -> Age.decrypt(file, List.of(identity)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-> a\n\n",
        "->\n\n",
        "-> \n\n",
        "-> a  b\n\n",
        "-> a \n\n",
        "-> a\r\n\n",
        "-> \u00e9\n\n",
        "-> a\nAA=\n",
        "-> a\nAB\n",
        "-> a\nAA==\n",
        "-> a\n*\n",
        "-> a\nAAAA\nAAAA\n",
        "-> a\nAAAA \n",
        "-> a\n"
      })
  void aHeaderHasExactlyOneForm(String stanza) {
    String mac = "A".repeat(43);
    for (String end :
        List.of("--- " + mac, "---  " + mac, "---" + mac, "--- " + mac + " ", "--- " + mac + "=")) {
      boolean fine = stanza.equals("-> a\n\n") && end.equals("--- " + mac);
      byte[] file =
          ("age-encryption.org/v1\n" + stanza + end + "\n")
              .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      assertKind(
          fine ? Kind.NO_MATCHING_IDENTITY : Kind.FORMAT,
          () -> Age.decrypt(file, List.of(identity)));
    }
  }

  @Test
  void theTextFormHasExactlyOneBody() {
    String body = "A".repeat(64);
    String begin = "-----BEGIN AGE ENCRYPTED FILE-----\n";
    String end = "-----END AGE ENCRYPTED FILE-----";
    assertThat(unarmored((" \r\n" + begin + body + "\nAA==\n" + end).getBytes(US_ASCII)))
        .hasSize(49);
    assertThat(
            unarmored((begin + "AAAA\n" + end + "\n \n").replace("\n", "\r\n").getBytes(US_ASCII)))
        .hasSize(3);
    for (String text :
        List.of(
            begin + "AA\n" + end,
            begin + "AAA=\nAAAA\n" + end,
            begin + "A".repeat(60) + "AAA=\nAAAA\n" + end,
            begin + "AB==\n" + end,
            begin + body + "AAAA\n" + end,
            begin + "AAAA\n\n" + end,
            begin + "\nAAAA\n" + end,
            begin + " AAAA\n" + end,
            begin + "AAAA \n" + end,
            begin + "Version: 1\n\nAAAA\n" + end,
            begin + "AAAA\n" + end + "x",
            begin + "AAAA\n" + end + "\n" + begin + "AAAA\n" + end,
            begin + "AAAA\n",
            begin + "AAAA",
            begin,
            "x" + begin + "AAAA\n" + end)) {
      assertKind(Kind.FORMAT, () -> unarmored(text.getBytes(US_ASCII)));
    }
  }

  /** FIPS 202, the empty message. */
  @Test
  void shakeHashesAsKnown() {
    assertThat(HexFormat.of().formatHex(Shake256.of(new byte[0], 32)))
        .isEqualTo("46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f");
  }

  /** RFC 7914, 12, third vector, whose 64 bytes begin with the 32 that age takes. */
  @Test
  void scryptHashesAsTheVectorOfTheRfcSays() {
    assertThat(
            HexFormat.of()
                .formatHex(
                    Scrypt.derive(
                        "pleaseletmein".getBytes(US_ASCII),
                        "SodiumChloride".getBytes(US_ASCII),
                        14)))
        .isEqualTo("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
  }

  @Test
  void anEndlessHeaderIsRefused() {
    StringBuilder header = new StringBuilder("age-encryption.org/v1\n");
    while (header.length() < 5_000_000) {
      header.append("-> a\n\n");
    }
    byte[] many = header.toString().getBytes(US_ASCII);
    assertKind(Kind.LIMIT, () -> Age.decrypt(many, List.of(identity)));
    byte[] line = ("age-encryption.org/v1\n-> " + "a".repeat(5_000_000)).getBytes(US_ASCII);
    assertKind(Kind.LIMIT, () -> Age.decrypt(line, List.of(identity)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "hello",
        "age-encryption.org/v1",
        "age-encryption.org/v1\n",
        "age-encryption.org/v1\r\n",
        "age-encryption.org/v1\n--- \n",
        "-----BEGIN",
        "PK\u0003\u0004"
      })
  void whatIsNoAgeFileIsSaidToBeNone(String text) {
    assertKind(Kind.FORMAT, () -> Age.decrypt(text.getBytes(US_ASCII), List.of(identity)));
  }

  @Test
  void anotherVersionIsNotSupported() {
    assertKind(
        Kind.UNSUPPORTED,
        () -> Age.decrypt("age-encryption.org/v2\n".getBytes(US_ASCII), List.of(identity)));
  }

  @Test
  void pointsOfSmallOrderAreRefused() {
    for (String point :
        List.of(
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "00000000000000000000000000000000000000000000000000000000000000" + "80")) {
      assertThat(X25519.multiply(new byte[32], unhex(point))).as(point).isEmpty();
      assertKind(
          Kind.FORMAT, () -> Age.encrypt(new byte[0], List.of(new X25519Recipient(unhex(point)))));
    }
  }

  @Test
  void anIdentityIsItsTextAndPrintsAsItsRecipient() {
    AgeIdentity known = AgeIdentity.parseFile(KEY.getBytes(US_ASCII)).getFirst();
    assertThat(known.secretText()).isEqualTo(KEY.getBytes(US_ASCII));
    assertThat(known.recipient().text())
        .isEqualTo("age1ynpveyve5rgwg3hexanxwqa8p0ctacmzj98zlzgdwt205wxn990s83sjyp");
    assertThat(known.toString()).doesNotContain("SECRET").contains("age1ynpv");
    AgeRecipient parsed = AgeRecipient.parse(known.recipient().text());
    assertThat(Age.decrypt(Age.encrypt(new byte[] {5}, List.of(parsed)), List.of(known)))
        .containsExactly(5);
  }

  @Test
  void aClosedIdentityIsGone() {
    AgeIdentity closed = AgeIdentity.generate();
    byte[] file = Age.encrypt(new byte[1], List.of(closed.recipient()));
    closed.close();
    assertThatThrownBy(closed::secretText).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Age.decrypt(file, List.of(closed)))
        .isInstanceOf(IllegalStateException.class);
  }

  static void assertKind(Kind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CryptoException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
  }

  private static byte[] unhex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static byte[] unarmored(byte[] text) {
    try {
      return new ArmorInput(new ByteArrayInputStream(text)).readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
