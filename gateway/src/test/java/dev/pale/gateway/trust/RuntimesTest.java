package dev.pale.gateway.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pale.gateway.trust.Outcome.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every runtime of this machine proves itself, and the doctor tells one failure from another. */
class RuntimesTest {
  @TempDir private static Path folder;
  private static ClientFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = new ClientFixture(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    fixture.close();
  }

  static Stream<String> names() {
    return Runtimes.found(System.getenv()).stream().map(Probe::runtime);
  }

  @ParameterizedTest
  @MethodSource("names")
  void aRuntimeOfThisMachineTrustsTheGatewayAndGoesThroughIt(String runtime) {
    Outcome outcome = run(probe(runtime), fixture.child());

    assumeTrue(outcome.verdict() != Verdict.ABSENT, outcome.detail());
    assertThat(outcome.verdict()).as(outcome.toString()).isEqualTo(Verdict.WORKED);
    assertThat(outcome.version()).isNotEmpty();
    assertThat(outcome.mend()).isEmpty();
  }

  @Test
  void whoDoesNotTrustTheAuthorityIsTold() {
    Map<String, String> child = fixture.child();
    child.put("CURL_CA_BUNDLE", "/dev/null");
    child.put("SSL_CERT_FILE", "/dev/null");

    Outcome outcome = run(probe("curl"), child);

    assertThat(outcome.verdict()).as(outcome.toString()).isEqualTo(Verdict.NOT_TRUSTED);
    assertThat(outcome.detail()).contains("curl");
    assertThat(outcome.mend()).contains(".curlrc");
  }

  @Test
  void whoGoesAnotherWayIsTold() {
    Map<String, String> child = fixture.child();
    child.put("NO_PROXY", "*");
    child.put("no_proxy", "*");

    Outcome outcome = run(probe("curl"), child);

    assertThat(outcome.verdict()).as(outcome.toString()).isEqualTo(Verdict.NOT_THROUGH);
    assertThat(outcome.mend()).contains("noproxy");
  }

  @Test
  void whatIsPrintedIsShownWithoutTheToken() {
    Probe telling = shell("echo \"proxy $HTTPS_PROXY\"; exit 3", 10);

    Outcome outcome = run(telling, fixture.child());

    assertThat(outcome.detail()).contains("http://pale:…@").doesNotContain(TestGateway.TOKEN);
  }

  @Test
  void whoNeverEndsIsStoppedWithItsChildren() throws Exception {
    long start = System.nanoTime();

    Outcome outcome =
        run(shell("sleep 300 & echo $! >" + folder + "/pid; wait", 1), fixture.child());

    assertThat(outcome.verdict()).isEqualTo(Verdict.TIMED_OUT);
    assertThat(System.nanoTime() - start).isLessThan(60_000_000_000L);
    long child = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> isGone(child));
  }

  @Test
  void whatIsNotThereIsNotBlamed() {
    assertThat(run(shell("exit 77", 10), fixture.child()).verdict()).isEqualTo(Verdict.ABSENT);
    assertThat(Runtimes.found(Map.of("PATH", "/nowhere:relative:"))).isEmpty();
    assertThat(Runtimes.found(Map.of())).isEmpty();
  }

  @Test
  void foldersOfProbesAreRemoved() throws Exception {
    run(
        shell("mkdir deep; touch deep/x; chmod 500 deep; ln -s /etc/passwd link", 10),
        fixture.child());

    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.filter(each -> String.valueOf(each.getFileName()).startsWith("probe")))
          .isEmpty();
    }
  }

  @Test
  void theRuntimesThatTheSuiteInstallsAreAmongThem() {
    Set<String> known = Set.copyOf(names().toList());

    assertThat(known).contains("curl", "git", "python3 urllib", "node fetch", "node https", "npm");
  }

  /** Not there, or dead and not yet collected by whoever inherited it. */
  private static boolean isGone(long pid) throws IOException {
    Path status = Path.of("/proc/" + pid + "/stat");
    try {
      String text = Files.readString(status);
      return text.substring(text.lastIndexOf(')')).startsWith(") Z");
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private static Probe probe(String runtime) {
    return Runtimes.found(System.getenv()).stream()
        .filter(each -> each.runtime().equals(runtime))
        .findFirst()
        .orElseThrow();
  }

  private static Probe shell(String script, int seconds) {
    return new Probe(
        "shell",
        "/bin/sh",
        List.of("/bin/sh", "-c", "echo 1"),
        List.of("/bin/sh", "-c", script),
        Map.of(),
        Map.of(),
        Duration.ofSeconds(seconds),
        "trust",
        "way");
  }

  private static Outcome run(Probe probe, Map<String, String> child) {
    String label = "n" + Long.toHexString(System.nanoTime());
    return Runtimes.run(probe, label, new TreeMap<>(child), folder, fixture.gateway());
  }
}
