package dev.pale.gateway.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.trust.ChildVariables.Choices;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** Variables as a pure function of what the caller has. */
class ChildVariablesTest {
  private static final String URL = "http://pale:s3cret@127.0.0.1:4711";
  private static final ProxyAddress AUTHENTICATED = new ProxyAddress("127.0.0.1", 4711, "s3cret");
  private static final ProxyAddress PLAIN = new ProxyAddress("127.0.0.1", 4712, "");

  @Test
  void everySpellingOfTheProxyIsSet() {
    SortedMap<String, String> set = of(Map.of()).set();

    for (String name : List.of("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")) {
      assertThat(set).containsEntry(name, URL);
      assertThat(set).containsEntry(name.toLowerCase(java.util.Locale.ROOT), URL);
    }
    assertThat(set)
        .containsEntry("npm_config_https_proxy", URL)
        .containsEntry("CLOUDSDK_PROXY_PORT", "4711")
        .containsEntry("CLOUDSDK_PROXY_PASSWORD", "s3cret")
        .containsEntry("NODE_USE_ENV_PROXY", "1");
  }

  @Test
  void whatLeadsPastTheGatewayOrPastVerificationIsTakenAway() {
    ChildVariables child =
        of(
            Map.of(
                "NO_PROXY", "*",
                "no_proxy", "evil.example",
                "NODE_TLS_REJECT_UNAUTHORIZED", "0",
                "GIT_SSL_NO_VERIFY", "1",
                "NPM_CONFIG_NOPROXY", "*",
                "NPM_CONFIG_HTTPS_PROXY", "http://other:1"));

    // The gateway's own address is no way past it.
    assertThat(child.set())
        .containsEntry("NO_PROXY", "127.0.0.1:4711")
        .containsEntry("no_proxy", "127.0.0.1:4711");
    assertThat(child.unset())
        .contains(
            "NODE_TLS_REJECT_UNAUTHORIZED",
            "GIT_SSL_NO_VERIFY",
            "PYTHONHTTPSVERIFY",
            "NPM_CONFIG_NOPROXY",
            "NPM_CONFIG_HTTPS_PROXY",
            "npm_config_noproxy")
        .doesNotContainAnyElementsOf(child.set().keySet());
  }

  @Test
  void programsThatAddGetTheShortFileAndOthersTheBundle() {
    assertThat(of(Map.of()).set())
        .containsEntry("NODE_EXTRA_CA_CERTS", "/run/x/additions.pem")
        .containsEntry("DENO_CERT", "/run/x/additions.pem")
        .containsEntry("SSL_CERT_FILE", "/run/x/bundle.pem")
        .containsEntry("REQUESTS_CA_BUNDLE", "/run/x/bundle.pem")
        .containsEntry("npm_config_cafile", "/run/x/bundle.pem")
        .containsEntry("WGETRC", "/run/x/wgetrc");
  }

  @Test
  void optionsOfTheCallerAreKept() {
    SortedMap<String, String> set =
        of(Map.of(
                "NODE_OPTIONS", "--max-old-space-size=4096",
                "JAVA_TOOL_OPTIONS", "-Dfile.encoding=UTF-8 -Dhttp.nonProxyHosts=*",
                "MAVEN_OPTS", "-Xmx2g",
                "JDK_JAVA_OPTIONS", "-ea -Dhttps.proxyHost=corp '-Da=b c'"))
            .set();

    assertThat(set)
        .containsEntry("NODE_OPTIONS", "--max-old-space-size=4096 --require=/run/x/preload.cjs")
        .containsEntry("JDK_JAVA_OPTIONS", "-ea '-Da=b c'");
    assertThat(set.get("JAVA_TOOL_OPTIONS"))
        .startsWith("-Dfile.encoding=UTF-8 -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=4712 ")
        .contains(" -Dhttp.nonProxyHosts= ")
        .contains("-Djavax.net.ssl.trustStore=/run/x/truststore.p12")
        .doesNotContain("s3cret");
    assertThat(set.get("MAVEN_OPTS")).startsWith("-Xmx2g ").contains("useSystemProperties=true");
  }

  @Test
  void pathsWithSpacesAreQuotedForEachReader() {
    SortedMap<String, String> set =
        ChildVariables.of(files("/run/my x"), AUTHENTICATED, PLAIN, Map.of()).set();

    assertThat(set).containsEntry("NODE_OPTIONS", "--require=\"/run/my x/preload.cjs\"");
    assertThat(set.get("JAVA_TOOL_OPTIONS"))
        .contains("\"-Djavax.net.ssl.trustStore=/run/my x/truststore.p12\"");
  }

  @Test
  void gitsOwnListIsContinued() {
    SortedMap<String, String> set =
        ChildVariables.of(
                files("/run/x"),
                AUTHENTICATED,
                PLAIN,
                Map.of("GIT_CONFIG_COUNT", "2", "GIT_TERMINAL_PROMPT", "1"),
                new Choices(List.of(), List.of("github.com")))
            .set();

    assertThat(set)
        .containsEntry("GIT_CONFIG_COUNT", "5")
        .containsEntry("GIT_CONFIG_KEY_2", "http.proxy")
        .containsEntry("GIT_CONFIG_VALUE_2", URL)
        .containsEntry("GIT_CONFIG_KEY_3", "url.https://github.com/.insteadOf")
        .containsEntry("GIT_CONFIG_VALUE_3", "git@github.com:")
        .containsEntry("GIT_CONFIG_VALUE_4", "ssh://git@github.com/")
        .doesNotContainKeys("GIT_CONFIG_KEY_0", "GIT_CONFIG_KEY_1", "GIT_TERMINAL_PROMPT");
    assertThat(of(Map.of()).set())
        .containsEntry("GIT_CONFIG_COUNT", "1")
        .containsEntry("GIT_TERMINAL_PROMPT", "0");
    assertThat(of(Map.of("GIT_CONFIG_COUNT", "-3")).set()).containsEntry("GIT_CONFIG_COUNT", "1");
  }

  @Test
  void hostsThatTheSessionLeavesOutAreLeftOutEverywhere() {
    SortedMap<String, String> set =
        ChildVariables.of(
                files("/run/x"),
                AUTHENTICATED,
                PLAIN,
                Map.of(),
                new Choices(List.of("localhost", ".internal"), List.of()))
            .set();

    assertThat(set).containsEntry("NO_PROXY", "127.0.0.1:4711,localhost,.internal");
    assertThat(set.get("JAVA_TOOL_OPTIONS")).contains("-Dhttp.nonProxyHosts=localhost|*.internal ");
  }

  @Test
  void theTokenIsNotInItsText() {
    assertThat(of(Map.of()).toString()).doesNotContain("s3cret");
  }

  @Test
  void javaOptionsAreReadAsTheJvmReadsThem() {
    assertThat(JvmOptions.property("-ea '-Da=b c' -Dab=x -Da=2", "a")).isEqualTo("2");
    assertThat(JvmOptions.property("-D\"a=b c\"", "a")).isEqualTo("b c");
    assertThat(JvmOptions.property("-Da", "a")).isEmpty();
    assertThat(JvmOptions.property("-Dab=1 Da=2", "a")).isNull();
    assertThat(JvmOptions.without("  -ea  -Da=1 \"-Da=x y\" -Dab=1", java.util.Set.of("a")))
        .isEqualTo("-ea -Dab=1");
  }

  private static ChildVariables of(Map<String, String> caller) {
    return ChildVariables.of(files("/run/x"), AUTHENTICATED, PLAIN, caller);
  }

  private static TrustFiles files(String folder) {
    Path path = Path.of(folder);
    return new TrustFiles(
        path.resolve("ca.pem"),
        path.resolve("additions.pem"),
        path.resolve("bundle.pem"),
        path.resolve("truststore.p12"),
        path.resolve("wgetrc"),
        path.resolve("preload.cjs"),
        List.of());
  }
}
