package dev.pale.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pale.providers.spi.Programs;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalProgramsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;

  private LocalPrograms programs(String path) {
    return new LocalPrograms(Map.of("PATH", path, "OWN", "kept"), folder);
  }

  private Path script(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  @Test
  void a_program_is_found_only_where_path_has_full_paths() throws IOException {
    script("tool", "true");
    for (String path : List.of("", ".", ":", "::.", "./", "bin:.")) {
      assertThatThrownBy(() -> programs(path).find("tool"))
          .isInstanceOfSatisfying(
              PaleException.class, failure -> assertThat(failure.code()).isEqualTo(608));
    }
    assertThat(programs("/nonexistent:" + folder).find("tool")).isEqualTo(folder.resolve("tool"));
    assertThatThrownBy(() -> programs(folder.toString()).find("./tool"))
        .isInstanceOf(PaleException.class);
    assertThatThrownBy(() -> programs(folder.toString()).find(folder + "/tool"))
        .isInstanceOf(PaleException.class);
  }

  @Test
  void it_gets_its_input_and_the_callers_environment_and_what_is_added() throws IOException {
    Path tool = script("tool", "cat; printf ' %s %s %s' \"$OWN\" \"$TOKEN\" \"$1\"; exit 3");
    byte[] input = "x".repeat(300_000).getBytes(StandardCharsets.UTF_8);
    try (SecretValue token =
            SecretValue.owning("TOKEN", "s3cr3t".getBytes(StandardCharsets.UTF_8));
        Programs.Result result =
            programs("/usr/bin:/bin")
                .run(
                    List.of(tool.toString(), "$(id) ; `id`"),
                    Map.of("TOKEN", token),
                    input,
                    LONG,
                    1_000_000)) {
      assertThat(result.status()).isEqualTo(3);
      assertThat(new String(result.output(), StandardCharsets.UTF_8))
          .isEqualTo("x".repeat(300_000) + " kept s3cr3t $(id) ; `id`");
    }
  }

  @Test
  void nothing_of_pales_own_environment_is_handed_on() throws IOException {
    Path tool = script("tool", "env");
    try (Programs.Result result =
        new LocalPrograms(Map.of("ONLY", "this"), folder)
            .run(List.of(tool.toString()), Map.of(), new byte[0], LONG, 10_000)) {
      assertThat(new String(result.output(), StandardCharsets.UTF_8).lines())
          .contains("ONLY=this")
          .noneMatch(line -> line.startsWith("HOME="));
    }
  }

  @Test
  void too_much_output_ends_it() throws IOException {
    Path tool = script("tool", "while :; do echo secret-secret-secret; done");
    assertThatThrownBy(() ->
            programs("/usr/bin:/bin")
                .run(List.of(tool.toString()), Map.of(), new byte[0], LONG, 1000))
        .isInstanceOfSatisfying(
            PaleException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(609);
              assertThat(failure.why()).contains("1000 bytes").doesNotContain("secret");
            });
  }

  @Test
  void errors_without_end_are_cut() throws IOException {
    Path tool = script("tool", "head -c 1000000 /dev/zero >&2; echo done");
    try (Programs.Result result =
        programs("/usr/bin:/bin")
            .run(List.of(tool.toString()), Map.of(), new byte[0], LONG, 1000)) {
      assertThat(result.errors()).hasSize(64 << 10);
      assertThat(result.output()).asString(StandardCharsets.UTF_8).isEqualTo("done\n");
    }
  }

  @Test
  void the_deadline_ends_it_and_its_children() throws IOException {
    Path mark = folder.resolve("pid");
    Path tool = script("tool", "sleep 60 & echo $! > " + mark + "; wait");
    assertThatThrownBy(() ->
            programs("/usr/bin:/bin")
                .run(
                    List.of(tool.toString()), Map.of(), new byte[0], Duration.ofMillis(1500), 1000))
        .isInstanceOfSatisfying(
            PaleException.class, failure -> assertThat(failure.code()).isEqualTo(609));
    long child = Long.parseLong(Files.readString(mark).strip());
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> ProcessHandle.of(child).map(each -> !each.isAlive()).orElse(true));
  }

  @Test
  void what_cannot_be_started_is_named_without_its_arguments() {
    assertThatThrownBy(() ->
            programs("/usr/bin")
                .run(List.of("/nonexistent/tool", "argument"), Map.of(), new byte[0], LONG, 1000))
        .isInstanceOfSatisfying(
            PaleException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(609);
              assertThat(failure.what() + failure.why()).doesNotContain("argument");
              assertThat(failure.getCause()).isNull();
            });
  }
}
