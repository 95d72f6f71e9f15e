package dev.pale.sops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ShamirTest {
  private final SecureRandom random = new SecureRandom();

  private byte[] secret() {
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    return secret;
  }

  @Test
  void multipliesAsTheExamplesOfFips197Do() {
    assertThat(Shamir.multiply(0x57, 0x83)).isEqualTo(0xc1);
    assertThat(Shamir.multiply(0x57, 0x13)).isEqualTo(0xfe);
    for (int a = 1; a < 256; a++) {
      assertThat(Shamir.multiply(a, Shamir.inverse(a))).isEqualTo(1);
    }
    assertThat(Shamir.inverse(0)).isZero();
  }

  @Test
  void anyPartsOfTheThresholdsNumberGiveTheSecret() {
    for (int parts = 2; parts <= 5; parts++) {
      for (int threshold = 2; threshold <= parts; threshold++) {
        byte[] secret = secret();
        byte[][] all = Shamir.split(secret, parts, threshold, random);
        for (int chosen = 0; chosen < 1 << parts; chosen++) {
          if (Integer.bitCount(chosen) >= threshold) {
            List<byte[]> some = new ArrayList<>();
            for (int i = 0; i < parts; i++) {
              if ((chosen >> i & 1) == 1) {
                some.add(all[i]);
              }
            }
            assertThat(Shamir.combine(some)).isEqualTo(secret);
          }
        }
      }
    }
  }

  @Test
  void fewerPartsThanTheThresholdGiveSomethingElse() {
    byte[] secret = secret();
    byte[][] parts = Shamir.split(secret, 3, 3, random);
    assertThat(Shamir.combine(List.of(parts[0], parts[1]))).isNotEqualTo(secret);
  }

  @Test
  void apartIsTheValuesAndItsPlace() {
    byte[][] parts = Shamir.split(secret(), 255, 2, random);
    boolean[] seen = new boolean[256];
    for (byte[] part : parts) {
      assertThat(part).hasSize(33);
      int x = part[32] & 0xff;
      assertThat(x).isPositive();
      assertThat(seen[x]).isFalse();
      seen[x] = true;
    }
  }

  @Test
  void partsThatDoNotBelongTogetherAreRefused() {
    byte[][] parts = Shamir.split(secret(), 2, 2, random);
    byte[] atZero = parts[0].clone();
    atZero[32] = 0;
    for (List<byte[]> wrong :
        List.of(
            List.of(parts[0]),
            List.of(parts[0], parts[0]),
            List.of(parts[0], new byte[32]),
            List.of(parts[0], atZero),
            List.<byte[]>of())) {
      assertThatThrownBy(() -> Shamir.combine(wrong))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(475));
    }
  }

  @Test
  void anImpossibleDivisionIsRefused() {
    for (int[] wrong : new int[][] {{1, 1}, {2, 1}, {2, 3}, {256, 2}}) {
      assertThatThrownBy(() -> Shamir.split(secret(), wrong[0], wrong[1], random))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
