package dev.pale.formats.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownProjectsTest {
  @TempDir Path state;
  @TempDir Path repository;

  @Test
  void aFileSpeaksForAProjectOnlyOnceItIsKnown() throws IOException {
    Path file = repository.toRealPath().resolve("pale.toml");
    KnownProjects known = new KnownProjects(state);
    assertThat(known.mayUse(file, "shop", Optional.of("dev"))).isFalse();

    known.remember(file, "shop", Optional.of("dev"));

    assertThat(new KnownProjects(state).mayUse(file, "shop", Optional.of("dev"))).isTrue();
    assertThat(known.mayUse(file, "bank", Optional.of("dev"))).isFalse();
    assertThat(known.mayUse(file.resolveSibling("other.toml"), "shop", Optional.of("dev")))
        .isFalse();
  }

  @Test
  void anotherNameInTheFileTakesTheFirstOnesPlace() throws IOException {
    Path file = repository.toRealPath().resolve("with space\nand line/pale.toml");
    KnownProjects known = new KnownProjects(state);
    known.remember(file, "shop", Optional.of("dev"));
    known.remember(file, "bank", Optional.of("dev"));
    assertThat(known.mayUse(file, "shop", Optional.of("dev"))).isFalse();
    assertThat(known.mayUse(file, "bank", Optional.of("dev"))).isTrue();
    assertThat(known.forget(file)).isTrue();
    assertThat(known.forget(file)).isFalse();
    assertThat(known.mayUse(file, "bank", Optional.of("dev"))).isFalse();
  }

  @Test
  void anotherEnvironmentInTheFileIsAskedForAgain() throws IOException {
    Path file = repository.toRealPath().resolve("pale.toml");
    KnownProjects known = new KnownProjects(state);
    known.remember(file, "shop", Optional.of("dev"));
    assertThat(known.mayUse(file, "shop", Optional.of("prod"))).isFalse();
    assertThat(known.mayUse(file, "shop", Optional.empty())).isTrue();
  }

  @Test
  void aListThatOthersCanWriteIsNotBelieved() throws IOException {
    Path file = repository.toRealPath().resolve("pale.toml");
    KnownProjects known = new KnownProjects(state);
    known.remember(file, "shop", Optional.of("dev"));
    Files.setPosixFilePermissions(
        state.resolve("projects"), PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThatThrownBy(() -> known.mayUse(file, "shop", Optional.of("dev")))
        .isInstanceOf(PaleException.class)
        .hasMessageContaining("not safe");
  }
}
