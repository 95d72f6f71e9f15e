package dev.pale.providers.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.providers.fake.FakeCertificates;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.fake.ProviderContract;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways to sign in that a kubeconfig or a pod offers, and those that are refused. */
class KubeConfigTest {
  private static final Reference KEY = Reference.parse("k8s://dev/app/KEY");

  @TempDir Path home;
  private final FakeKubernetes cluster = new FakeKubernetes().put("dev/app", "KEY", "value");
  private final Map<String, String> settings = new HashMap<>();
  private FakeServer server;
  private FakeMachine machine;

  @BeforeEach
  void start() throws IOException {
    server = FakeServer.http(cluster);
    machine = new FakeMachine(home).longest(Duration.ofSeconds(10));
    Files.createDirectories(home.resolve(".kube"));
  }

  @AfterEach
  void stop() {
    machine.close();
    server.close();
    assertThat(server.failures()).isEmpty();
  }

  private void https(boolean clientsMustPresent) {
    server.close();
    server = FakeServer.https(FakeCertificates.server(), clientsMustPresent, cluster);
  }

  private Path write(String name, String text) throws IOException {
    Path file = home.resolve(".kube").resolve(name);
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private void config(String clusterMore, String user) throws IOException {
    write("config", text(clusterMore, user));
  }

  private String text(String clusterMore, String user) {
    return """
    current-context: here
    contexts:
    - name: here
      context: {cluster: mine, user: me}
    - name: other
      context: {cluster: mine, user: nobody}
    clusters:
    - name: mine
      cluster:
        server: %s
        %s
    users:
    - name: me
      user: {%s}
    """
        .formatted(server.address(), clusterMore, user);
  }

  private Provider open() {
    return new KubernetesSecrets()
        .open(new ProviderSettings("k8s", settings, Map.of()), machine.surroundings());
  }

  private void assertReads() {
    try (Provider provider = open()) {
      assertThat(Text.of(provider.read(List.of(KEY)).get(KEY))).isEqualTo("value");
    }
  }

  private PaleException refused() {
    try (Provider provider = open()) {
      return ((Health.Unusable) provider.health()).failure();
    }
  }

  @Test
  void a_token_and_an_authority_in_the_file() throws IOException {
    https(false);
    config(
        "certificate-authority-data: " + base64(FakeCertificates.server().certificatePem()),
        "token: '" + FakeKubernetes.TOKEN + "'");
    assertReads();
  }

  @Test
  void an_authority_that_is_not_the_servers_gets_no_token() throws IOException {
    https(false);
    config(
        "certificate-authority-data: " + base64(FakeCertificates.client().certificatePem()),
        "token: '" + FakeKubernetes.TOKEN + "'");
    assertThat(refused().code()).isEqualTo(606);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_certificate_and_its_key_in_the_file() throws IOException {
    cluster.token = "";
    https(true);
    config(
        "certificate-authority-data: " + base64(FakeCertificates.server().certificatePem()),
        "client-certificate-data: "
            + base64(FakeCertificates.client().certificatePem())
            + ", client-key-data: "
            + base64(FakeCertificates.client().keyPem()));
    assertReads();
  }

  @Test
  void certificates_and_keys_in_files_beside_it() throws IOException {
    cluster.token = "";
    https(true);
    Files.write(home.resolve(".kube/ca.pem"), FakeCertificates.server().certificatePem());
    Files.write(home.resolve(".kube/me.pem"), FakeCertificates.client().certificatePem());
    Files.write(home.resolve(".kube/me.key"), FakeCertificates.client().keyPem());
    config("certificate-authority: ca.pem", "client-certificate: me.pem, client-key: me.key");
    assertReads();
  }

  @Test
  void a_token_file_is_read_again_after_it_is_refused() throws IOException {
    write("token", FakeKubernetes.TOKEN + "\n");
    config("", "tokenFile: token");
    try (Provider provider = open()) {
      assertThat(Text.of(provider.read(List.of(KEY)).get(KEY))).isEqualTo("value");
      cluster.token = "rotated";
      write("token", "rotated");
      assertThat(Text.of(provider.read(List.of(KEY)).get(KEY))).isEqualTo("value");
    }
  }

  @Test
  void a_pod_needs_no_file() throws IOException {
    https(false);
    Path folder = Files.createDirectories(home.resolve("account"));
    Files.write(folder.resolve("ca.crt"), FakeCertificates.server().certificatePem());
    Files.writeString(folder.resolve("real-token"), FakeKubernetes.TOKEN);
    Files.createSymbolicLink(folder.resolve("token"), Path.of("real-token"));
    settings.put("service_account_folder", folder.toString());
    machine
        .set("KUBERNETES_SERVICE_HOST", "localhost")
        .set("KUBERNETES_SERVICE_PORT", Integer.toString(server.port()));
    assertReads();
  }

  @Test
  void without_all_of_it_the_mend_is_said() {
    assertThat(refused().code()).isEqualTo(632);
    assertThat(refused().mend()).contains("kubeconfig");
  }

  @Test
  void several_files_are_joined_and_the_first_wins() throws IOException {
    Path one = write("one", "current-context: here\nusers:\n- {name: me, user: {token: x}}\n");
    Path two = write("two", text("", "token: '" + FakeKubernetes.TOKEN + "'"));
    machine.set("KUBECONFIG", two + ":" + one + ":/nowhere");
    assertReads();
    machine.set("KUBECONFIG", one + ":" + two);
    assertThat(refused().code()).isEqualTo(611);
  }

  @Test
  void another_context_is_a_setting() throws IOException {
    config("", "token: '" + FakeKubernetes.TOKEN + "'");
    settings.put("context", "other");
    assertThat(refused().code()).isEqualTo(632);
    settings.put("context", "here");
    assertReads();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insecure-skip-tls-verify: true",
        "tls-server-name: kubernetes",
        "proxy-url: http://evil.example:3128"
      })
  void what_weakens_the_connection_is_refused(String entry) throws IOException {
    config(entry, "token: '" + FakeKubernetes.TOKEN + "'");
    assertThat(refused().code()).isEqualTo(632);
    assertThat(refused().why()).contains(entry.substring(0, entry.indexOf(':')));
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "username: a, password: b",
        "auth-provider: {name: gcp, config: {cmd-path: /bin/sh}}",
        "token: t, as: admin",
        "client-certificate-data: YQ==",
        "client-key-data: YQ==",
        "client-certificate-data: '!', client-key-data: '!'",
        ""
      })
  void other_ways_to_sign_in_are_refused(String user) throws IOException {
    config("", user);
    assertThat(refused().code()).isEqualTo(632);
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://cluster.example",
        "https://user@cluster.example",
        "https://cluster.example/?x",
        "https://cluster.example/a/../b",
        "https://cluster.example/a%2fb",
        "cluster.example",
        ""
      })
  void a_server_that_is_no_plain_https_address_is_refused(String address) throws IOException {
    String text = text("", "token: secret-token").replace(server.address(), "'" + address + "'");
    write("config", text);
    assertThat(refused().code()).isIn(601, 632);
    assertThat(ProviderContract.everything(refused())).doesNotContain("secret-token");
  }

  /** YAML that would cost much, run something, or means two things. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &x [1]\nb: *x",
        "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]",
        "a: 1\na: 2",
        "--- a\n--- b",
        "- a",
        "!!javax.script.ScriptEngineManager [!!java.net.URL ['http://127.0.0.1/']]",
        "token: \"sentinel-token",
        "\t",
        ""
      })
  void yaml_that_is_no_plain_mapping_is_refused_and_not_quoted(String yaml) throws IOException {
    write("config", yaml);
    assertThat(refused().code()).isEqualTo(632);
    assertThat(ProviderContract.everything(refused())).doesNotContain("sentinel-token");
  }

  @Test
  void yaml_that_is_too_deep_or_too_large_is_refused() throws IOException {
    write("config", "a: " + "[".repeat(200_000));
    assertThat(refused().why()).contains("levels");
    write("config", "a: " + "x".repeat(2 << 20));
    assertThat(refused().code()).isEqualTo(632);
    write("config", "? ".repeat(50_000) + "a");
    assertThat(refused().code()).isEqualTo(632);
  }

  private void execConfig(String script, String more) throws IOException {
    Path plugin = home.resolve(".kube").resolve("plugin");
    Files.writeString(plugin, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
    config(
        "",
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, args: [--role, a],"
            + " env: [{name: WHO, value: me}]"
            + more
            + "}");
  }

  private static String credential(String token) {
    return "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\","
        + "\"status\":{\"token\":\""
        + token
        + "\"}}'\n";
  }

  @Test
  void a_program_of_the_kubeconfig_is_not_started_unless_the_user_said_so() throws IOException {
    Path mark = home.resolve("started");
    execConfig("touch " + mark + "\n" + credential(FakeKubernetes.TOKEN), "");
    assertThat(refused().code()).isEqualTo(632);
    assertThat(refused().mend()).contains("allow_exec=true");
    settings.put("allow_exec", "false");
    assertThat(refused().code()).isEqualTo(632);
    assertThat(mark).doesNotExist();
    settings.put("allow_exec", "true");
    assertReads();
    assertThat(mark).exists();
  }

  @Test
  void the_program_gets_its_arguments_variables_and_what_is_wanted() throws IOException {
    settings.put("allow_exec", "true");
    execConfig(
        "[ \"$1\" = --role ] && [ \"$WHO\" = me ] || exit 3\n"
            + "case $KUBERNETES_EXEC_INFO in *ExecCredential*) ;; *) exit 4;; esac\n"
            + credential(FakeKubernetes.TOKEN),
        "");
    assertReads();
  }

  @Test
  void the_program_is_asked_again_after_its_token_is_refused() throws IOException {
    settings.put("allow_exec", "true");
    execConfig(
        "if [ -e "
            + home
            + "/second ]; then "
            + credential("second").strip()
            + "; else touch "
            + home
            + "/second; "
            + credential("first").strip()
            + "; fi\n",
        "");
    cluster.token = "second";
    assertReads();
  }

  @Test
  void a_program_that_others_could_have_chosen_is_not_started() throws IOException {
    settings.put("allow_exec", "true");
    Path mark = home.resolve("started");
    execConfig("touch " + mark + "\n" + credential(FakeKubernetes.TOKEN), "");
    Files.setPosixFilePermissions(
        home.resolve(".kube/config"), PosixFilePermissions.fromString("rw-rw-r--"));
    assertThat(refused().code()).isEqualTo(632);
    assertThat(mark).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo s3ntinel >&2; exit 1",
        "echo s3ntinel",
        "echo '{\"kind\":\"ExecCredential\",\"x\":\"s3ntinel\"}'",
        "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\"}'",
        "kill -9 $$"
      })
  void what_a_program_says_is_never_repeated(String script) throws IOException {
    settings.put("allow_exec", "true");
    execConfig(script + "\n", "");
    assertThat(refused().code()).isIn(607, 609, 611);
    assertThat(ProviderContract.everything(refused())).doesNotContain("s3ntinel");
  }

  @Test
  void a_program_that_needs_a_terminal_is_refused() throws IOException {
    settings.put("allow_exec", "true");
    execConfig(credential("x"), ", interactiveMode: Always");
    assertThat(refused().code()).isEqualTo(632);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** A value as text. */
  private static final class Text {
    static String of(Outcome outcome) {
      assertThat(outcome).isInstanceOf(Outcome.Found.class);
      return new String(
          ((Outcome.Found) outcome).value().bytes(dev.pale.secrets.Reveal.COMPARE),
          java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
