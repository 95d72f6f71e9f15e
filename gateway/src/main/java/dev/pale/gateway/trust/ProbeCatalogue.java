package dev.pale.gateway.trust;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How each runtime is made to ask for one page. Each was tried by hand against a gateway; .NET and
 * uv are left out, because there was none to try.
 */
final class ProbeCatalogue {
  private static final Duration SHORT = Duration.ofSeconds(30);

  /** Compilers and JVMs on a busy machine. */
  private static final Duration LONG = Duration.ofMinutes(2);

  private static final String HTTPS_PROXY_MEND =
      "a setting of its own stands before HTTPS_PROXY, or a wrapper removes the variable";
  private static final String JAVA_MEND =
      "JAVA_TOOL_OPTIONS must reach it: look for a wrapper that empties it, and for proxy or"
          + " trustStore settings on its command line";

  private final ProgramFinder finder;
  private final List<Probe> probes = new ArrayList<>();

  ProbeCatalogue(ProgramFinder finder) {
    this.finder = finder;
    systemTools();
    python();
    node();
    compiled();
    cloud();
    java();
  }

  List<Probe> probes() {
    return List.copyOf(probes);
  }

  private void systemTools() {
    add(
        "curl",
        "curl",
        List.of("-sS", "--max-time", "20", "{url}"),
        Map.of(),
        Map.of(),
        SHORT,
        "remove cacert, capath and insecure from ~/.curlrc",
        "remove proxy and noproxy from ~/.curlrc");
    add(
        "wget",
        "wget",
        List.of("-q", "-O", "-", "{url}"),
        Map.of(),
        Map.of(),
        SHORT,
        "GNU wget reads ca_certificate from the file that WGETRC names: leave that variable alone;"
            + " BusyBox's wget reads neither",
        "remove use_proxy and no_proxy from /etc/wgetrc");
    add(
        "git",
        "git",
        List.of("ls-remote", "{url}.git"),
        Map.of(),
        Map.of(),
        SHORT,
        "look for http.sslCAInfo of a single host: git config --show-origin --get-regexp 'http\\.'",
        "look for http.proxy of a single host or remote: git config --show-origin --get-regexp"
            + " proxy");
    add(
        "ruby",
        "ruby",
        List.of("probe.rb", "{url}"),
        Map.of(),
        Map.of("probe.rb", source("probe.rb")),
        SHORT,
        "its OpenSSL must read SSL_CERT_FILE: look for ca_file in the program",
        HTTPS_PROXY_MEND);
  }

  private void python() {
    add(
        "python3 urllib",
        "python3",
        List.of("probe.py", "{url}"),
        Map.of(),
        Map.of("probe.py", source("urllib.py")),
        SHORT,
        "its OpenSSL must read SSL_CERT_FILE: python3 -c 'import ssl;"
            + " print(ssl.get_default_verify_paths())'",
        HTTPS_PROXY_MEND);
    add(
        "python3 requests",
        "python3",
        List.of("probe.py", "{url}"),
        Map.of(),
        Map.of("probe.py", source("requests.py")),
        SHORT,
        "requests reads REQUESTS_CA_BUNDLE: look for verify= in the program",
        "requests reads HTTPS_PROXY unless the program sets trust_env to False");
    add(
        "pip",
        finder.has("pip3") ? "pip3" : "pip",
        List.of(
            "download",
            "--no-deps",
            "--no-cache-dir",
            "--retries",
            "0",
            "--disable-pip-version-check",
            "--dest",
            "{folder}",
            "--index-url",
            "{url}/",
            "pale-probe"),
        Map.of("PIP_CONFIG_FILE", "/dev/null", "PIP_EXTRA_INDEX_URL", "", "PIP_FIND_LINKS", ""),
        Map.of(),
        LONG,
        "pip reads PIP_CERT: remove cert from pip.conf",
        "pip reads PIP_PROXY: remove proxy from pip.conf");
  }

  private void node() {
    add(
        "node fetch",
        "node",
        List.of("probe.mjs", "{url}"),
        Map.of(),
        Map.of("probe.mjs", source("fetch.mjs")),
        SHORT,
        "Node reads NODE_EXTRA_CA_CERTS once at its start: leave that variable alone",
        "Node before 22.21 needs the preload in NODE_OPTIONS: extend that variable, do not set it"
            + " anew");
    add(
        "node https",
        "node",
        List.of("probe.cjs", "{url}"),
        Map.of(),
        Map.of("probe.cjs", source("https.cjs")),
        SHORT,
        "Node reads NODE_EXTRA_CA_CERTS once at its start: leave that variable alone",
        "agents that libraries make need the preload in NODE_OPTIONS: extend that variable, do not"
            + " set it anew");
    add(
        "npm",
        "npm",
        List.of("ping", "--registry", "{url}/", "--cache", "{folder}/npm", "--fetch-retries", "0"),
        Map.of("npm_config_update_notifier", "false"),
        Map.of(),
        LONG,
        "npm reads npm_config_cafile: remove cafile and ca from the project's .npmrc",
        "npm reads npm_config_https_proxy: remove https-proxy and noproxy from the project's"
            + " .npmrc");
    add(
        "deno",
        "deno",
        List.of("run", "--no-lock", "--allow-net", "probe.mjs", "{url}"),
        Map.of("DENO_DIR", "{folder}/deno", "DENO_NO_UPDATE_CHECK", "1"),
        Map.of("probe.mjs", source("fetch.mjs")),
        SHORT,
        "Deno reads DENO_CERT: leave that variable alone",
        HTTPS_PROXY_MEND);
    add(
        "bun",
        "bun",
        List.of("probe.mjs", "{url}"),
        Map.of(),
        Map.of("probe.mjs", source("fetch.mjs")),
        SHORT,
        "Bun reads NODE_EXTRA_CA_CERTS once at its start: leave that variable alone",
        HTTPS_PROXY_MEND);
  }

  private void compiled() {
    add(
        "go",
        "go",
        List.of("run", "probe.go", "{url}"),
        Map.of("GOFLAGS", "", "GOWORK", "off"),
        Map.of("probe.go", source("probe.go")),
        LONG,
        "Go reads SSL_CERT_FILE: leave that variable alone",
        "Go reads HTTPS_PROXY, but never for localhost: programs that build their own Transport"
            + " need Proxy: http.ProxyFromEnvironment");
    add(
        "cargo",
        "cargo",
        List.of("fetch"),
        Map.of(
            "CARGO_HOME",
            "{folder}/home",
            "CARGO_REGISTRIES_PROBE_INDEX",
            "sparse+{url}/",
            "CARGO_NET_RETRY",
            "0"),
        Map.of("Cargo.toml", source("Cargo.toml"), "src/main.rs", "fn main() {}\n"),
        LONG,
        "cargo reads CARGO_HTTP_CAINFO: leave that variable alone",
        "cargo before 1.68 knows no sparse registries; others read CARGO_HTTP_PROXY: leave that"
            + " variable alone");
  }

  private void cloud() {
    add(
        "aws",
        "aws",
        List.of(
            "--region",
            "us-east-1",
            "--endpoint-url",
            "{url}",
            "--cli-connect-timeout",
            "15",
            "sts",
            "get-caller-identity"),
        // A made-up pair, so that the request is signed without anybody's key.
        Map.of(
            "AWS_ACCESS_KEY_ID",
            "none",
            "AWS_SECRET_ACCESS_KEY",
            "none",
            "AWS_SESSION_TOKEN",
            "",
            "AWS_CONFIG_FILE",
            "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE",
            "/dev/null",
            "AWS_MAX_ATTEMPTS",
            "1",
            "AWS_EC2_METADATA_DISABLED",
            "true"),
        Map.of(),
        LONG,
        "aws reads AWS_CA_BUNDLE: remove ca_bundle from ~/.aws/config",
        HTTPS_PROXY_MEND);
    add(
        "gcloud",
        "gcloud",
        List.of("projects", "list", "--limit", "1"),
        Map.of(
            "CLOUDSDK_CONFIG",
            "{folder}/config",
            "CLOUDSDK_CORE_DISABLE_PROMPTS",
            "1",
            "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE",
            "{folder}/none",
            "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK",
            "1",
            "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING",
            "1",
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER",
            "{url}/"),
        Map.of("none", "none\n"),
        LONG,
        "gcloud reads CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE: leave that variable alone",
        "gcloud reads CLOUDSDK_PROXY_ADDRESS and its companions: leave them alone");
  }

  private void java() {
    add(
        "java URLConnection",
        "java",
        List.of("Probe.java", "{url}"),
        Map.of(),
        Map.of("Probe.java", source("UrlConnection.java.txt")),
        LONG,
        JAVA_MEND,
        JAVA_MEND);
    add(
        "java HttpClient",
        "java",
        List.of("Probe.java", "{url}"),
        Map.of(),
        Map.of("Probe.java", source("HttpClient.java.txt")),
        LONG,
        JAVA_MEND,
        JAVA_MEND);
    add(
        "mvn",
        "mvn",
        List.of("-B", "-ntp", "-Dmaven.repo.local={folder}/repository", "validate"),
        Map.of("MAVEN_ARGS", ""),
        Map.of("pom.xml", source("pom.xml")),
        LONG,
        JAVA_MEND,
        "Maven 3.9 needs the options in MAVEN_OPTS: extend that variable, do not set it anew; look"
            + " for <proxies> and <mirrors> in ~/.m2/settings.xml");
  }

  private void add(
      String runtime,
      String name,
      List<String> arguments,
      Map<String, String> variables,
      Map<String, String> files,
      Duration timeout,
      String trustMend,
      String wayMend) {
    String program = finder.find(name);
    if (program.isEmpty()) {
      return;
    }
    List<String> command = new ArrayList<>();
    command.add(program);
    command.addAll(arguments);
    String question =
        switch (name) {
          case "go" -> "version";
          case "java" -> "-version";
          default -> "--version";
        };
    probes.add(
        new Probe(
            runtime,
            program,
            List.of(program, question),
            command,
            variables,
            files,
            timeout,
            trustMend,
            wayMend));
  }

  private static String source(String name) {
    try (InputStream in = ProbeCatalogue.class.getResourceAsStream("probe/" + name)) {
      if (in == null) {
        throw new IllegalStateException("probe " + name + " is missing in this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
