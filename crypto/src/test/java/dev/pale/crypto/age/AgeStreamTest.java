package dev.pale.crypto.age;

import static dev.pale.crypto.age.AgeTest.assertKind;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.crypto.CryptoException.Kind;
import dev.pale.crypto.Keys;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Files as streams, whatever the sizes in which they come and go. */
class AgeStreamTest {
  private final AgeIdentity identity = AgeIdentity.generate();

  @Test
  void anySizeOfPiecesGivesTheSameFile() throws IOException {
    byte[] plaintext = Keys.random(4 * 65536 + 3);
    for (int length : new int[] {0, 1, 65535, 65536, 65537, 131072, plaintext.length}) {
      for (int piece : new int[] {1000, 65536, 65537, 131072, 1 << 20}) {
        for (boolean armor : new boolean[] {false, true}) {
          ByteArrayOutputStream file = new ByteArrayOutputStream();
          try (OutputStream out =
              armor
                  ? Age.encryptingArmored(file, List.of(identity.recipient()))
                  : Age.encrypting(file, List.of(identity.recipient()))) {
            for (int at = 0; at < length; at += piece) {
              out.write(plaintext, at, Math.min(piece, length - at));
            }
          }
          ByteArrayOutputStream back = new ByteArrayOutputStream();
          try (InputStream in = decrypting(file.toByteArray())) {
            byte[] room = new byte[piece];
            for (int count = in.read(room); count >= 0; count = in.read(room)) {
              back.write(room, 0, count);
            }
          }
          assertThat(back.toByteArray()).isEqualTo(java.util.Arrays.copyOf(plaintext, length));
        }
      }
    }
  }

  @Test
  void aDamagedTextFormGivesOutNothingOfItsLastChunk() throws IOException {
    byte[] file = Age.encryptArmored(Keys.random(70_000), List.of(identity.recipient()));
    String text = new String(file, US_ASCII);
    for (String damaged :
        new String[] {
          text + "more", text.replace("-----END", "----END"), text.substring(0, text.length() - 40)
        }) {
      InputStream in = decrypting(damaged.getBytes(US_ASCII));
      byte[] room = new byte[1 << 20];
      assertThat(in.read(room)).isEqualTo(65536);
      assertKind(
          Kind.FORMAT,
          () -> {
            try {
              in.read(room, 0, room.length);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
    }
  }

  @Test
  void aDamagedChunkLeavesNothingInTheCallersArray() throws IOException {
    byte[] file = Age.encrypt(Keys.random(100_000), List.of(identity.recipient()));
    file[file.length - 1] ^= 1;
    InputStream in = decrypting(file);
    byte[] room = new byte[65536];
    assertThat(in.read(room)).isEqualTo(65536);
    byte[] second = new byte[65536];
    assertThatThrownBy(() -> in.read(second)).hasMessageContaining("authenticated");
    assertThat(second).containsOnly(0);
    assertThatThrownBy(() -> in.read(second)).hasMessageContaining("authenticated");
  }

  @Test
  void aPassphraseIsAskedForOnlyWhenTheFileHasOneWithinBounds() {
    AtomicInteger asked = new AtomicInteger();
    AgeIdentity passphrase =
        AgeIdentity.passphrase(() -> {
          asked.incrementAndGet();
          return "tulip".getBytes(US_ASCII);
        });
    byte[] other = Age.encrypt(new byte[1], List.of(identity.recipient()));
    assertKind(Kind.NO_MATCHING_IDENTITY, () -> Age.decrypt(other, List.of(passphrase)));
    // 2^30 would be a terabyte: refused before anybody is asked and any memory is taken.
    byte[] bomb =
        ("age-encryption.org/v1\n-> scrypt "
                + "A".repeat(22)
                + " 30\n"
                + "A".repeat(43)
                + "\n--- "
                + "A".repeat(43)
                + "\n"
                + "0".repeat(32))
            .getBytes(US_ASCII);
    assertKind(Kind.LIMIT, () -> Age.decrypt(bomb, List.of(passphrase)));
    assertThat(asked).hasValue(0);
    byte[] right =
        Age.encrypt(
            new byte[] {5}, List.of(AgeRecipient.passphrase("tulip".getBytes(US_ASCII), 10)));
    assertThat(Age.decrypt(right, List.of(identity, passphrase))).containsExactly(5);
    assertThat(asked).hasValue(1);
  }

  private InputStream decrypting(byte[] file) throws IOException {
    return Age.decrypting(new ByteArrayInputStream(file), List.of(identity));
  }
}
