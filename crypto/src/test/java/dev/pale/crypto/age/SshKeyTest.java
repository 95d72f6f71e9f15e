package dev.pale.crypto.age;

import static dev.pale.crypto.age.AgeTest.assertKind;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.CryptoException.Kind;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Keys that ssh-keygen made for this test, and a file that the age command encrypted to them. */
class SshKeyTest {
  private static final String PLAIN =
      """
      -----BEGIN OPENSSH PRIVATE KEY-----
      b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
      QyNTUxOQAAACClQ/Q6qj8Et2vL2KOKIMV7Pqz3eJVQlNRhJLQ/HSv0qQAAAJBWcPDmVnDw
      5gAAAAtzc2gtZWQyNTUxOQAAACClQ/Q6qj8Et2vL2KOKIMV7Pqz3eJVQlNRhJLQ/HSv0qQ
      AAAEC/UUS5HAoRvuyUHxctHBrXzff/sRIIzZK8JIJtQZceS6VD9DqqPwS3a8vYo4ogxXs+
      rPd4lVCU1GEktD8dK/SpAAAACXRocm93YXdheQECAwQ=
      -----END OPENSSH PRIVATE KEY-----
      """;

  /** The same key with the passphrase tulip and two rounds. */
  private static final String SEALED =
      """
      -----BEGIN OPENSSH PRIVATE KEY-----
      b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABANzc6M3/
      Ld04ya/Ea1YaV1AAAAAgAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIKVD9DqqPwS3a8vY
      o4ogxXs+rPd4lVCU1GEktD8dK/SpAAAAkBunjgpqOK/TQXFeLk6Pm6f3Mhjj7U8EJJHUKF
      NVQ4Y237HH4jcDo0P+G3KCvTR7nhmKYhhJD1sw+Hfadc5+zJzf+zuzPfl5WgvPFWhJnFYg
      Xe15icygaVIyWR3xQhX8WV4pv6eTbx5RvKB87BPXMqiw66IcBcdUl6IG8WHNEURww2YMM1
      Hc00JNq/TO5des7w==
      -----END OPENSSH PRIVATE KEY-----
      """;

  private static final String PUBLIC =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKVD9DqqPwS3a8vYo4ogxXs+rPd4lVCU1GEktD8dK/Sp throwaway";

  private static final String FILE =
      """
      -----BEGIN AGE ENCRYPTED FILE-----
      YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNzaC1lZDI1NTE5IGNYcTZvQSByTVFY
      MGloRDFMUTc0REpkUzhlSTdMbjI1cS9GQVNXbWNUcFhQV1YyMlg4ClQvd2xTNW9n
      M3VVWG90U3Y3aThqUVNwdXY3dmJELy9NaGRmMURFcjdTalkKLS0tIHFXYUo5Wlc0
      YllJVlZWV2VIMEF1Ukx3UWJQSU1zNGhmWENVSnpsNDBwdGsK+4os650V5ovNEbXh
      jXRa0vhdJbvzqhmYZNp2Wy7HMQANeA==
      -----END AGE ENCRYPTED FILE-----
      """;

  private static final byte[] PASSPHRASE = "tulip".getBytes(US_ASCII);

  private static final byte[] RSA = rsa();

  @Test
  void aKeyOpensAFileOfTheAgeCommand() {
    AgeIdentity identity = AgeIdentity.parseFile(PLAIN.getBytes(US_ASCII)).getFirst();
    assertThat(PUBLIC).startsWith(identity.recipient().text());
    assertThat(Age.decrypt(FILE.getBytes(US_ASCII), List.of(identity)))
        .isEqualTo("42".getBytes(US_ASCII));
  }

  @Test
  void aKeyWithAPassphraseIsTheSameKey() {
    byte[] file = SEALED.getBytes(US_ASCII);
    AgeIdentity identity = AgeIdentity.parseFile(file, PASSPHRASE).getFirst();
    assertThat(Age.decrypt(FILE.getBytes(US_ASCII), List.of(identity)))
        .isEqualTo("42".getBytes(US_ASCII));
    assertKind(Kind.PASSPHRASE_NEEDED, () -> AgeIdentity.parseFile(file));
    assertKind(Kind.AUTHENTICATION, () -> AgeIdentity.parseFile(file, "rose".getBytes(US_ASCII)));
  }

  @Test
  void linesMayEndWithCarriageReturns() {
    byte[] file = PLAIN.replace("\n", "\r\n").getBytes(US_ASCII);
    assertThat(PUBLIC).startsWith(AgeIdentity.parseFile(file).getFirst().recipient().text());
  }

  @Test
  void aKeyThatAsksForTooMuchWorkIsRefusedBeforeItIsDone() {
    byte[] wire = wire(SEALED);
    int rounds = 15 + 14 + 10 + 4 + 4 + 16;
    assertThat(wire[rounds + 3]).isEqualTo((byte) 2);
    for (byte first : new byte[] {1, 0x7f, (byte) 0x80, (byte) 0xff}) {
      byte[] hostile = wire.clone();
      hostile[rounds] = first;
      assertKind(Kind.LIMIT, () -> AgeIdentity.parseFile(pem(hostile), PASSPHRASE));
    }
    wire[rounds + 3] = 0;
    assertKind(Kind.LIMIT, () -> AgeIdentity.parseFile(pem(wire), PASSPHRASE));
  }

  @Test
  void anRsaKeyOpensWhatWasSealedForIt() {
    AgeIdentity identity = AgeIdentity.parseFile(pem(RSA)).getFirst();
    byte[] file = Age.encrypt(new byte[] {3}, List.of(identity.recipient()));
    assertThat(Age.decrypt(file, List.of(identity))).containsExactly(3);
    assertThat(AgeRecipient.parse(identity.recipient().text()).text())
        .isEqualTo(identity.recipient().text());
  }

  /** A damaged key is refused, or works as before because the damage was in a comment. */
  @Property(tries = 120)
  void noDamageToAKeyMakesMoreThanARefusal(
      @ForAll @IntRange(max = 2) int which, @ForAll @IntRange(max = 100_000) int where) {
    byte[] wire = which == 0 ? wire(PLAIN) : which == 1 ? wire(SEALED) : RSA.clone();
    int bit = where % (wire.length * 8);
    wire[bit / 8] ^= (byte) (1 << (bit % 8));
    try {
      AgeIdentity identity = AgeIdentity.parseFile(pem(wire), PASSPHRASE).getFirst();
      Age.decrypt(Age.encrypt(new byte[] {1}, List.of(identity.recipient())), List.of(identity));
    } catch (CryptoException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  @Property(tries = 200)
  void noTruncationOfAKeyMakesMoreThanARefusal(@ForAll @IntRange(max = 400) int length) {
    byte[] wire = java.util.Arrays.copyOf(wire(PLAIN), Math.min(length, wire(PLAIN).length - 1));
    assertKind(Kind.FORMAT, () -> AgeIdentity.parseFile(pem(wire)));
  }

  @Test
  void smallRsaKeysAreRefused() throws Exception {
    byte[] small = openSsh(pair(1024));
    assertKind(Kind.UNSUPPORTED, () -> AgeIdentity.parseFile(pem(small)));
  }

  @Test
  void aPointOfSmallOrderIsNoSshKey() {
    for (int y : new int[] {0, 1}) {
      byte[] point = new byte[32];
      point[0] = (byte) y;
      ByteArrayOutputStream wire = new ByteArrayOutputStream();
      string(wire, "ssh-ed25519".getBytes(US_ASCII));
      string(wire, point);
      String line = "ssh-ed25519 " + Base64.getEncoder().encodeToString(wire.toByteArray());
      assertKind(Kind.FORMAT, () -> Age.encrypt(new byte[1], List.of(AgeRecipient.parse(line))));
    }
  }

  private static byte[] wire(String pem) {
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""));
  }

  private static byte[] pem(byte[] wire) {
    return ("-----BEGIN OPENSSH PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(wire)
            + "\n-----END OPENSSH PRIVATE KEY-----\n")
        .getBytes(US_ASCII);
  }

  private static byte[] rsa() {
    try {
      return openSsh(pair(2048));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair pair(int bits) throws java.security.GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  private static byte[] openSsh(KeyPair pair) {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) pair.getPrivate();
    byte[] type = "ssh-rsa".getBytes(US_ASCII);
    ByteArrayOutputStream publicKey = new ByteArrayOutputStream();
    string(publicKey, type);
    string(publicKey, key.getPublicExponent().toByteArray());
    string(publicKey, key.getModulus().toByteArray());
    ByteArrayOutputStream secret = new ByteArrayOutputStream();
    secret.writeBytes(new byte[] {1, 2, 3, 4, 1, 2, 3, 4});
    string(secret, type);
    for (BigInteger number :
        List.of(
            key.getModulus(),
            key.getPublicExponent(),
            key.getPrivateExponent(),
            key.getCrtCoefficient(),
            key.getPrimeP(),
            key.getPrimeQ())) {
      string(secret, number.toByteArray());
    }
    string(secret, "comment".getBytes(US_ASCII));
    for (int i = 1; secret.size() % 8 != 0; i++) {
      secret.write(i);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes("openssh-key-v1\0".getBytes(US_ASCII));
    string(all, "none".getBytes(US_ASCII));
    string(all, "none".getBytes(US_ASCII));
    string(all, new byte[0]);
    all.writeBytes(new byte[] {0, 0, 0, 1});
    string(all, publicKey.toByteArray());
    string(all, secret.toByteArray());
    return all.toByteArray();
  }

  private static void string(ByteArrayOutputStream out, byte[] bytes) {
    int length = bytes.length;
    out.writeBytes(
        new byte[] {
          (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length
        });
    out.writeBytes(bytes);
  }
}
