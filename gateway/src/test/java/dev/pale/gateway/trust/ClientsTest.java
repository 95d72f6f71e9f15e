package dev.pale.gateway.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients in the ways that probes do not show: strict modes, odd hosts, Node's many doors. */
class ClientsTest {
  private static final String LONG_HOST = "a".repeat(60) + ".example.test";

  /** What agentkeepalive does, which the SDKs of several services use. */
  private static final String IMPATIENT_AGENT =
      """
      const https = require('https');
      const connect = https.Agent.prototype.createConnection;
      class Impatient extends https.Agent {
        createConnection(options, done) {
          const socket = connect.call(this, options, done);
          socket.setTimeout(90000);
          return socket;
        }
      }
      const agent = new Impatient({ keepAlive: true });
      """;

  private static final String GET =
      """
      https
        .get(process.argv[1], { agent }, (answer) => answer.pipe(process.stdout))
        .on('error', (error) => console.log('failed: ' + error.message));
      """;

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

  @Test
  void pythonsStrictModeBelievesNamesAddressesAndLongNames() throws Exception {
    String script =
        "import ssl,sys,urllib.request as r\n"
            + "c=ssl.create_default_context()\n"
            + "c.verify_flags|=ssl.VERIFY_X509_STRICT\n"
            + "print(r.urlopen(sys.argv[1],context=c,timeout=30).read().decode())\n";
    for (String host : List.of("py.example.test", "203.0.113.9", "[2001:db8::7]", LONG_HOST)) {
      assertThat(run("python3", "-c", script, "https://" + host + "/py"))
          .contains("pale answers /py");
    }
  }

  @Test
  void curlBelievesAddressesAndLongNames() throws Exception {
    for (String host : List.of("203.0.113.9", "[2001:db8::7]", LONG_HOST)) {
      assertThat(run("curl", "-sS", "https://" + host + "/c")).isEqualTo("pale answers /c\n");
    }
  }

  @Test
  void plainHttpGoesThroughAsWell() throws Exception {
    assertThat(run("curl", "-sS", "http://plain.example.test/c")).isEqualTo("pale answers /c\n");
    assertThat(node("require('http').get(process.argv[1], (a) => a.pipe(process.stdout))", "http"))
        .isEqualTo("pale answers /n\n");
    assertThat(node("fetch(process.argv[1]).then((a) => a.text()).then(console.log)", "http"))
        .isEqualTo("pale answers /n\n\n");
  }

  @Test
  void gitGivesItsCredentialsAtOnce() throws Exception {
    run("git", "ls-remote", "https://git.example.test/r.git");

    assertThat(fixture.gateway().requested("git.example.test")).isTrue();
    assertThat(fixture.gateway().challenged).doesNotContain("git.example.test:443");
  }

  @Test
  void nodesAgentsOfLibrariesGoThrough() throws Exception {
    String own = "const https = require('https'); const agent = new https.Agent();" + GET;

    assertThat(node(own, "https")).isEqualTo("pale answers /n\n");
    // It ends at once, although its connection is kept alive.
    assertThat(node(IMPATIENT_AGENT + GET, "https")).isEqualTo("pale answers /n\n");
  }

  @Test
  void nodesManyRequestsAndLargeBodiesGoThrough() throws Exception {
    String many =
        "Promise.all(Array.from({length: 20}, (_, i) => fetch(process.argv[1] + i, {method: 'POST',"
            + " body: 'x'.repeat(200000)}).then((a) => a.text()))).then((all) =>"
            + " console.log(all.length, new Set(all).size))";
    String large =
        IMPATIENT_AGENT
            + "const q = https.request(process.argv[1], {agent, method: 'POST',"
            + " headers: {'content-length': 3000000}}, (a) => a.pipe(process.stdout));"
            + "q.end('x'.repeat(3000000));";

    assertThat(node(many, "https")).isEqualTo("20 20\n");
    assertThat(node(large, "https")).isEqualTo("pale answers /n\n");
  }

  @Test
  void fetchGoesThroughWhateverLoadedItFirst() throws Exception {
    for (String first :
        List.of(
            "", "new Headers();", "new FormData();", "new Response('x');", "typeof WebSocket;")) {
      assertThat(
              node(
                  first + "fetch(process.argv[1]).then((a) => a.text()).then(console.log)",
                  "https"))
          .as(first)
          .isEqualTo("pale answers /n\n\n");
    }
  }

  @Test
  void workersAndChildrenOfNodeGoThrough() throws Exception {
    String fetch = "fetch('https://inner.example.test/w').then(a => a.text()).then(console.log)";

    assertThat(
            node("new (require('worker_threads').Worker)(`" + fetch + "`, {eval: true})", "https"))
        .contains("pale answers /w");
    assertThat(
            node(
                "require('child_process').execFileSync(process.execPath, ['-e', `"
                    + fetch
                    + "`], {stdio: 'inherit'})",
                "https"))
        .contains("pale answers /w");
  }

  @Test
  void aRefusalIsToldToTheProgram() throws Exception {
    Map<String, String> wrong = fixture.child();
    String url = "http://pale:wrong@" + fixture.gateway().authenticatedAddress();
    wrong.put("HTTPS_PROXY", url);
    wrong.put("https_proxy", url);
    for (String agent : List.of("const https = require('https'); let agent;", IMPATIENT_AGENT)) {
      assertThat(
              fixture.run(wrong, List.of("node", "-e", agent + GET, "https://no.example.test/n")))
          .contains("failed: ")
          .contains("407");
    }
  }

  @Test
  void withoutAProxyNodeIsAsItWas() throws Exception {
    Map<String, String> none = fixture.child();
    none.keySet().removeIf(name -> name.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
    String script =
        "console.log(require('https').Agent.prototype.createConnection.name,"
            + " Object.getOwnPropertyDescriptor(globalThis,"
            + " Symbol.for('undici.globalDispatcher.1')) === undefined)";

    assertThat(fixture.run(none, List.of("node", "-e", script)))
        .isEqualTo("createConnection true\n");
  }

  private static String node(String script, String scheme) throws Exception {
    return run("node", "-e", script, scheme + "://node.example.test/n");
  }

  private static String run(String... command) throws Exception {
    return fixture.run(fixture.child(), List.of(command));
  }
}
