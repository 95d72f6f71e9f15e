package dev.pale.formats.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustStoreTest {
  private static final byte[] ONE = "project = 'one'".getBytes(StandardCharsets.UTF_8);
  private static final byte[] TWO = "project = 'two'".getBytes(StandardCharsets.UTF_8);

  @TempDir Path temp;
  private Path state;
  private Path file;
  private TrustStore store;

  @BeforeEach
  void layOut() throws IOException {
    state = Files.createDirectory(temp.toRealPath().resolve("state"));
    file = Files.createDirectory(temp.toRealPath().resolve("a b\nc\\n")).resolve("pale.toml");
    store = new TrustStore(state);
  }

  @Test
  void trustHoldsForExactlyTheseBytesAtThisPath() {
    assertThat(store.isTrusted(file, ONE)).isFalse();
    store.trust(file, ONE);
    assertThat(store.isTrusted(file, ONE)).isTrue();
    assertThat(new TrustStore(state).isTrusted(file, ONE)).isTrue();
    assertThat(store.isTrusted(file, TWO)).isFalse();
    assertThat(store.isTrusted(temp.resolve("other/pale.toml"), ONE)).isFalse();
    store.trust(file, TWO);
    assertThat(store.isTrusted(file, ONE)).isFalse();
    assertThat(store.list()).extracting(TrustStore.Trusted::path).containsExactly(file);
  }

  @Test
  void trustCanBeTakenBack() throws IOException {
    store.trust(file, ONE);
    store.trust(temp.toRealPath().resolve("pale.toml"), TWO);
    assertThat(store.untrust(file)).isTrue();
    assertThat(store.untrust(file)).isFalse();
    assertThat(store.isTrusted(file, ONE)).isFalse();
    assertThat(store.list()).hasSize(1);
  }

  @Test
  void theSameFileUnderAnotherPathIsTheSame() throws IOException {
    store.trust(file, ONE);
    Path link = Files.createSymbolicLink(temp.resolve("link"), file.getParent());
    assertThat(store.isTrusted(link.resolve("pale.toml"), ONE)).isTrue();
    assertThat(store.isTrusted(file.getParent().resolve("../a b\nc\\n/pale.toml"), ONE)).isTrue();
  }

  @Test
  void theFileIsForItsOwnerOnlyAndReplacedWhole() throws IOException {
    store.trust(file, ONE);
    store.trust(file, TWO);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("trust"))))
        .isEqualTo("rw-------");
    try (var all = Files.list(state)) {
      assertThat(all).containsExactly(state.resolve("trust"));
    }
  }

  @Test
  void aStoreThatOthersCouldHaveWrittenIsRefused() throws IOException {
    store.trust(file, ONE);
    Files.setPosixFilePermissions(
        state.resolve("trust"), PosixFilePermissions.fromString("rw-rw-rw-"));
    assertRefused();
    Files.delete(state.resolve("trust"));
    Files.createSymbolicLink(state.resolve("trust"), temp.resolve("elsewhere"));
    assertRefused();
  }

  @Test
  void aDamagedStoreTrustsNothing() throws IOException {
    for (String text : new String[] {"x", "x\n", "0".repeat(64) + "-/a\n", "\u00e9".repeat(70)}) {
      Files.deleteIfExists(state.resolve("trust"));
      Files.writeString(state.resolve("trust"), text);
      Files.setPosixFilePermissions(
          state.resolve("trust"), PosixFilePermissions.fromString("rw-------"));
      assertRefused();
    }
  }

  private void assertRefused() {
    assertThatThrownBy(() -> store.isTrusted(file, ONE))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(510));
  }
}
