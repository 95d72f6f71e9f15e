package dev.pale.formats.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownProjectsTest {
  @TempDir Path state;
  @TempDir Path repository;

  @Test
  void aFileSpeaksForAProjectOnlyOnceItIsKnown() throws IOException {
    Path file = repository.toRealPath().resolve("pale.toml");
    KnownProjects known = new KnownProjects(state);
    assertThat(known.mayUse(file, "shop")).isFalse();

    known.remember(file, "shop");

    assertThat(new KnownProjects(state).mayUse(file, "shop")).isTrue();
    assertThat(known.mayUse(file, "bank")).isFalse();
    assertThat(known.mayUse(file.resolveSibling("other.toml"), "shop")).isFalse();
  }

  @Test
  void anotherNameInTheFileTakesTheFirstOnesPlace() throws IOException {
    Path file = repository.toRealPath().resolve("with space\nand line/pale.toml");
    KnownProjects known = new KnownProjects(state);
    known.remember(file, "shop");
    known.remember(file, "bank");
    assertThat(known.mayUse(file, "shop")).isFalse();
    assertThat(known.mayUse(file, "bank")).isTrue();
    assertThat(known.forget(file)).isTrue();
    assertThat(known.forget(file)).isFalse();
    assertThat(known.mayUse(file, "bank")).isFalse();
  }

  @Test
  void aListThatOthersCanWriteIsNotBelieved() throws IOException {
    Path file = repository.toRealPath().resolve("pale.toml");
    KnownProjects known = new KnownProjects(state);
    known.remember(file, "shop");
    Files.setPosixFilePermissions(
        state.resolve("projects"), PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThatThrownBy(() -> known.mayUse(file, "shop"))
        .isInstanceOf(PaleException.class)
        .hasMessageContaining("not safe");
  }
}
