package dev.pale.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KernelKeyringTest {
  private final String name = "pale-test:" + ProcessHandle.current().pid() + ":" + hashCode();

  @AfterEach
  void forget() {
    KernelKeyring.drop(name);
  }

  @Test
  void keepsAValueUntilItIsDropped() {
    assertThat(KernelKeyring.available()).isTrue();
    assertThat(KernelKeyring.get(name)).isEmpty();
    KernelKeyring.put(name, new byte[] {0, 1, -1, 10}, 60);
    assertThat(KernelKeyring.get(name)).contains(new byte[] {0, 1, -1, 10});
    assertThat(KernelKeyring.drop(name)).isTrue();
    assertThat(KernelKeyring.get(name)).isEmpty();
    assertThat(KernelKeyring.drop(name)).isFalse();
  }

  @Test
  void replacesAnEarlierValueOfTheSameName() {
    KernelKeyring.put(name, "first".getBytes(UTF_8), 0);
    KernelKeyring.put(name, "second".getBytes(UTF_8), 0);
    assertThat(KernelKeyring.get(name)).contains("second".getBytes(UTF_8));
    KernelKeyring.drop(name);
    assertThat(KernelKeyring.get(name)).isEmpty();
  }

  @Test
  void holdsTheLargestValue() {
    byte[] large = new byte[KernelKeyring.MAX_BYTES];
    Arrays.fill(large, (byte) 'x');
    KernelKeyring.put(name, large, 60);
    assertThat(KernelKeyring.get(name)).contains(large);
  }

  @Test
  void forgetsWhenTheTimeIsOver() throws Exception {
    KernelKeyring.put(name, new byte[] {7}, 1);
    assertThat(KernelKeyring.get(name)).isPresent();
    Thread.sleep(1300);
    assertThat(KernelKeyring.get(name)).isEmpty();
  }

  @Test
  void isReadByALaterThreadWithoutALinkToTheUserKeyring() throws Exception {
    KernelKeyring.put(name, new byte[] {42}, 60);
    AtomicReference<byte[]> seen = new AtomicReference<>(new byte[0]);
    Thread stranger =
        new Thread(() -> {
          KernelKeyring.joinEmptySession();
          seen.set(KernelKeyring.get(name).orElse(new byte[0]));
        });
    stranger.start();
    stranger.join();
    assertThat(seen.get()).containsExactly(42);
  }

  @Test
  void givesOthersNoPermission() throws Exception {
    KernelKeyring.put(name, new byte[] {1}, 60);
    String line =
        Files.readAllLines(Path.of("/proc/keys")).stream()
            .filter(l -> l.contains(name))
            .findFirst()
            .orElse("");
    assertThat(line).contains(" 3b000000 ");
  }
}
