package dev.pale.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The way around the JDK's lookup of providers gives what the lookup gives. */
class DirectPrimitivesTest {
  private final Random random = new Random(7);

  @Test
  void thisRuntimeOpensTheDirectWay() {
    assertThat(Gcm.Direct.create()).isNotNull();
    assertThat(Sha256.Direct.create()).isNotNull();
  }

  @Test
  void bothWaysSealAndOpenAlike() throws Exception {
    Gcm direct = Objects.requireNonNull(Gcm.Direct.create());
    Gcm lookedUp = new Gcm.LookedUp();
    for (int length : new int[] {0, 1, 15, 16, 17, 40, 4096, 100_001}) {
      byte[] key = bytes(32);
      byte[] aad = bytes(1 + random.nextInt(200));
      byte[] plain = bytes(length);
      GCMParameterSpec nonce = new GCMParameterSpec(128, bytes(12));
      byte[] one =
          direct.crypt(Cipher.ENCRYPT_MODE, new RawKey(key, "AES"), nonce, aad, plain, 0, length);
      byte[] two =
          lookedUp.crypt(Cipher.ENCRYPT_MODE, new RawKey(key, "AES"), nonce, aad, plain, 0, length);
      assertThat(one).isEqualTo(two);
      assertThat(
              direct.crypt(
                  Cipher.DECRYPT_MODE, new RawKey(key, "AES"), nonce, aad, two, 0, two.length))
          .isEqualTo(plain);
      two[random.nextInt(two.length)] ^= 4;
      assertThatThrownBy(() ->
              direct.crypt(
                  Cipher.DECRYPT_MODE, new RawKey(key, "AES"), nonce, aad, two, 0, two.length))
          .isInstanceOf(AEADBadTagException.class);
    }
  }

  @Test
  void ourHmacIsTheJdksForEveryKeyLength() throws Exception {
    for (int length = 1; length < 200; length++) {
      byte[] key = bytes(length);
      byte[] message = bytes(random.nextInt(300));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      Mac256 ours = new Mac256(key);
      assertThat(ours.update(message).finish()).isEqualTo(mac.doFinal(message));
      assertThat(ours.update(message).finish()).isEqualTo(mac.doFinal(message));
    }
  }

  @Test
  void bothHashesAgree() {
    Sha256 direct = Objects.requireNonNull(Sha256.Direct.create());
    Sha256 lookedUp = new Sha256.LookedUp();
    byte[] text = "abc".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 3; i++) {
      direct.update(text, 0, text.length);
      lookedUp.update(text, 0, text.length);
      assertThat(direct.digest()).isEqualTo(lookedUp.digest()).hasSize(32);
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
