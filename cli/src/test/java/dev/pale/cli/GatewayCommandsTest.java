package dev.pale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What of {@code pale gateway} needs no gateway that runs; e2e/test_gateway_commands.py has the
 * rest.
 */
final class GatewayCommandsTest {
  private static final String OPENAI = "\n[secrets.OPENAI_API_KEY]\ndeliver = \"gateway\"\n";

  @TempDir Path folder;
  private Pale pale;

  @BeforeEach
  void ready() {
    pale = Pale.ready(folder);
  }

  private void append(String text) throws IOException {
    Path file = pale.work.resolve("pale.toml");
    Files.writeString(file, Files.readString(file) + text);
  }

  @Test
  void explainReadsNoValueAndIsForAgentsToo() throws IOException {
    append(OPENAI);
    Pale agent = pale.as("cursor");
    Pale.Result yes = agent.run("gateway", "explain", "https://api.openai.com/v1/models");
    assertThat(yes.status()).as(yes.err()).isZero();
    assertThat(yes.out())
        .contains("yes: GET https://api.openai.com/v1/models")
        .contains("OPENAI_API_KEY is put in");
    Pale.Result no = agent.run("gateway", "explain", "evil.example", "--json");
    assertThat(no.status()).isEqualTo(1);
    assertThat(no.out()).contains("\"allowed\":false").contains("host-not-allowed");
    assertThat(pale.run("audit", "--event", "gateway", "--json").out()).contains("\"rows\":[]");
  }

  @Test
  void explainTellsWhatIsWrongWithTheFile() throws IOException {
    append("\n[secrets.K]\ndeliver = \"gateway\"\n");
    Pale.Result wrong = pale.run("gateway", "explain", "https://x.test/");
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.err()).contains("PALE-780").contains("pale.toml line ").contains("hosts = ");
    assertThat(pale.run("gateway", "explain", "nonsense url").status()).isEqualTo(2);
    assertThat(pale.run("gateway", "explain", "https://x.test", "-X", "ge t").status())
        .isEqualTo(2);
  }

  @Test
  void insideOfASessionTheGatewayIsAsked() {
    Pale inside = pale.with("PALE_GATEWAY", "http://pale:00@127.0.0.1:1");
    Pale.Result gone = inside.run("gateway", "explain", "https://x.test/");
    assertThat(gone.status()).isEqualTo(1);
    assertThat(gone.err()).contains("PALE-788");
    assertThat(pale.with("PALE_GATEWAY", "x").run("gateway", "explain", "https://x.test/").err())
        .contains("PALE-788");
  }

  @Test
  void servicesAreListedAndShown() {
    assertThat(pale.run("gateway", "services").out())
        .contains("openai")
        .contains("api.openai.com")
        .contains("scheme:Bearer");
    assertThat(pale.run("gateway", "services", "github").out())
        .contains("preset read-only")
        .contains("GITHUB_TOKEN");
    assertThat(pale.run("gateway", "services", "openai", "--json").out())
        .startsWith("{\"services\":[{\"id\":\"openai\"");
    Pale.Result wrong = pale.run("gateway", "services", "opanai");
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.err()).contains("did you mean openai?");
  }

  @Test
  void aServiceOfTheUsersIsOneOfThem() throws IOException {
    Path services = Files.createDirectories(pale.home.resolve("config/services"));
    Files.writeString(
        services.resolve("acme.toml"),
        "title = \"Acme\"\nhosts = [\"api.acme.test\"]\nslots = [\"header:x-acme\"]\n"
            + "names = [\"ACME_KEY\"]\nsource = \"ours\"\n");
    append("\n[secrets.ACME_KEY]\ndeliver = \"gateway\"\n");
    Pale.Result yes = pale.run("gateway", "explain", "https://api.acme.test/");
    assertThat(yes.out()).as(yes.err()).contains("header:x-acme");
  }

  @Test
  void onlyAPersonAnswers() {
    assertThat(pale.as("cursor").run("gateway", "approve").err()).contains("PALE-523");
    Pale.Result nobody = pale.run("gateway", "approve");
    assertThat(nobody.status()).isEqualTo(2);
    assertThat(nobody.err()).contains("PALE-133");
    assertThat(pale.typing("y\n").with("PALE_GATEWAY", "x").run("gateway", "approve").err())
        .contains("PALE-791");
    assertThat(pale.typing("y\n").run("gateway", "approve").err()).contains("no gateway runs");
    assertThat(pale.run("gateway", "approve", "--list", "--json").out())
        .isEqualTo("{\"pending\":[]}\n");
  }

  @Test
  void withoutASessionThereIsNoLog() {
    assertThat(pale.run("gateway", "log").err()).contains("there is no session yet");
    assertThat(pale.run("gateway", "log", "list", "--json").out()).isEqualTo("{\"sessions\":[]}\n");
    assertThat(pale.run("gateway", "log", "verify").status()).isZero();
    assertThat(pale.run("gateway", "log", "20260131-080000-1").err()).contains("PALE-752");
    assertThat(pale.run("gateway", "log", "../../x").err()).contains("PALE-752");
  }

  @Test
  void serveSaysWhatIsMissing() {
    assertThat(pale.run("gateway", "serve").err()).contains("--client");
    assertThat(pale.run("gateway", "serve", "--client", "a b").err()).contains("small letters");
    assertThat(pale.run("gateway", "serve", "--client", "a", "--client", "a").err())
        .contains("two clients");
    assertThat(pale.run("gateway", "serve", "--client", "a", "--out", "o").err())
        .contains("--listen or --unix");
    Pale.Result open =
        pale.run("gateway", "serve", "--client", "a", "--out", "o", "--listen", "0.0.0.0:8080");
    assertThat(open.status()).isEqualTo(2);
    assertThat(open.err()).contains("PALE-789").contains("--expose").contains("token");
  }

  @Test
  void runSaysWhatIsMissing() {
    assertThat(pale.run("gateway", "run").err()).contains("PALE-154");
    assertThat(pale.run("gateway", "run").status()).isEqualTo(2);
    assertThat(pale.run("gateway", "run", "--approve", "maybe", "--", "true").status())
        .isEqualTo(2);
  }
}
