package dev.pale.formats.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectFinderTest {
  private static final String TOML = "project = \"acme\"\n";

  @TempDir Path temp;
  private Path home;
  private Path repository;
  private Path inner;
  private long uid;

  @BeforeEach
  void layOut() throws IOException {
    home = Files.createDirectory(temp.toRealPath().resolve("home"));
    repository = Files.createDirectory(home.resolve("repository"));
    inner = Files.createDirectories(repository.resolve("a/b"));
    uid = ((Number) Files.getAttribute(home, "unix:uid")).longValue();
    for (Path folder = inner; folder.startsWith(home); folder = folder.getParent()) {
      mode(folder, "rwxr-xr-x");
    }
  }

  @Test
  void findsTheNearestFileUpwards() throws IOException {
    write(repository.resolve("pale.toml"), TOML);
    FoundProject found = ProjectFinder.find(inner, home, uid).orElseThrow();
    assertThat(found.path()).isEqualTo(repository.resolve("pale.toml"));
    assertThat(found.folder()).isEqualTo(repository);
    assertThat(found.file().project()).contains("acme");
    assertThat(found.bytes()).asString().isEqualTo(TOML);
    write(inner.resolve("pale.toml"), "project = \"nearer\"\n");
    assertThat(ProjectFinder.find(inner, home, uid).orElseThrow().file().project())
        .contains("nearer");
  }

  @Test
  void doesNotSearchAboveHome() throws IOException {
    write(temp.resolve("pale.toml"), TOML);
    assertThat(ProjectFinder.find(inner, home, uid)).isEmpty();
    write(home.resolve("pale.toml"), TOML);
    assertThat(ProjectFinder.find(inner, home, uid)).isPresent();
  }

  @Test
  void refusesAFifoWithoutHanging() throws Exception {
    Path fifo = repository.resolve("pale.toml");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    mode(fifo, "rw-r--r--");
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertRefused(501));
  }

  @Test
  void refusesAFolderAndALinkToADevice() throws IOException {
    Path file = Files.createDirectory(repository.resolve("pale.toml"));
    assertRefused(501);
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/dev/zero"));
    assertRefused(506);
  }

  @Test
  void refusesAFileOfAnotherOwner() throws IOException {
    write(repository.resolve("pale.toml"), TOML);
    // Seen by somebody else, unless that is root, whose files everybody takes.
    long other = uid + 1;
    if (uid == 0) {
      Files.setAttribute(repository.resolve("pale.toml"), "unix:uid", 12345);
    }
    assertThatThrownBy(() -> ProjectFinder.find(inner, home, uid == 0 ? uid : other))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(502));
  }

  @Test
  void refusesAFolderOfAnotherOwner() throws IOException {
    write(repository.resolve("pale.toml"), TOML);
    if (uid == 0) {
      Files.setAttribute(repository, "unix:uid", 12345);
      assertRefused(502);
    }
  }

  @Test
  void takesAFileOfRoot() throws IOException {
    write(repository.resolve("pale.toml"), TOML);
    if (uid == 0) {
      assertThat(ProjectFinder.find(inner, home, 12345)).isPresent();
    }
  }

  @Test
  void refusesAFileThatOthersCanWrite() throws IOException {
    Path file = write(repository.resolve("pale.toml"), TOML);
    mode(file, "rw-rw-r--");
    assertRefused(503);
    mode(file, "rw-r--rw-");
    assertRefused(503);
  }

  @Test
  void refusesAFolderInWhichAnybodyCouldReplaceTheFile() throws IOException {
    write(repository.resolve("pale.toml"), TOML);
    mode(repository, "rwxr-xrwx");
    assertRefused(504);
    Files.setAttribute(repository, "unix:mode", 01777);
    assertThat(ProjectFinder.find(inner, home, uid)).isPresent();
  }

  @Test
  void refusesALinkOutOfTheRepository() throws IOException {
    Path outside = write(home.resolve("evil.toml"), TOML);
    Files.createSymbolicLink(repository.resolve("pale.toml"), outside);
    assertRefused(506);
    Files.createDirectory(home.resolve(".git"));
    assertThat(ProjectFinder.find(inner, home, uid)).isPresent();
  }

  @Test
  void refusesALinkToNowhere() throws IOException {
    Files.createSymbolicLink(repository.resolve("pale.toml"), Path.of("absent"));
    assertRefused(506);
  }

  @Test
  void takesALinkInsideTheRepositoryAndChecksItsTarget() throws IOException {
    Path target = write(inner.resolve("real.toml"), TOML);
    Files.createSymbolicLink(repository.resolve("pale.toml"), target);
    assertThat(ProjectFinder.find(repository, home, uid).orElseThrow().path())
        .isEqualTo(repository.resolve("pale.toml"));
    mode(target, "rw-rw-rw-");
    assertRefused(503);
  }

  @Test
  void refusesAFileOfMoreThanAMebibyte() throws IOException {
    write(repository.resolve("pale.toml"), "#".repeat(ProjectFinder.MAX_BYTES + 1));
    assertRefused(505);
  }

  @Test
  void theUsersConfigIsCheckedTheSameWay() throws IOException {
    assertThat(UserConfig.load(repository, uid))
        .usingRecursiveComparison()
        .isEqualTo(UserConfig.defaults());
    Path file = write(repository.resolve("config.toml"), "retention_days = 1\n");
    assertThat(UserConfig.load(repository, uid).retentionDays()).isEqualTo(1);
    mode(file, "rw-rw-rw-");
    assertThatThrownBy(() -> UserConfig.load(repository, uid))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(503));
  }

  private void assertRefused(int code) {
    assertThatThrownBy(() -> ProjectFinder.find(inner, home, uid))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.mend()).isNotEmpty();
            });
  }

  private static Path write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    mode(file, "rw-r--r--");
    return file;
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }
}
