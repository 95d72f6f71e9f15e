package dev.pale.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
  @TempDir Path folder;

  private static boolean isMapped(Path file) throws Exception {
    return Files.readString(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)
        .contains(file.toString());
  }

  @Test
  void what_was_written_stays_and_the_memory_goes_at_once() throws Exception {
    Path file = Files.writeString(folder.resolve("log"), "-".repeat(10_000));
    MappedFile piece;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      piece = MappedFile.of(channel, 4096, 5000);
    }
    assertThat(piece.length()).isEqualTo(5000);
    assertThat(isMapped(file)).isTrue();
    piece.put(4, "_row_".getBytes(StandardCharsets.US_ASCII), 1, 3);
    piece.close();
    assertThat(isMapped(file)).isFalse();
    assertThat(Files.readString(file).substring(4098, 4105)).isEqualTo("--row--");
    assertThatThrownBy(() -> piece.put(0, new byte[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
  }
}
