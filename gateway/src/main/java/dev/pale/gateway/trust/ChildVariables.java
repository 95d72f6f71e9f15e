package dev.pale.gateway.trust;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which variables a child gets so that its programs go through the gateway and trust it, and which
 * it loses. docs/gateway.md lists them with the programs that read them.
 *
 * <p>Computed from its inputs alone; nothing is read or written.
 *
 * <p><b>Not provided.</b> Force: a program may ignore every variable. Keeping it from the network
 * by another way is the sandbox's work.
 *
 * <p>Thread-safe: immutable.
 */
public final class ChildVariables {
  private static final String PROXY_USER = "pale";

  /** Settings that would lead a JVM past the gateway or make it distrust it. */
  private static final Set<String> JVM_PROPERTIES =
      Set.of(
          "http.proxyHost",
          "http.proxyPort",
          "http.proxyUser",
          "http.proxyPassword",
          "http.nonProxyHosts",
          "https.proxyHost",
          "https.proxyPort",
          "https.proxyUser",
          "https.proxyPassword",
          "https.nonProxyHosts",
          "socksProxyHost",
          "socksProxyPort",
          "java.net.useSystemProxies",
          "javax.net.ssl.trustStore",
          "javax.net.ssl.trustStoreType",
          "javax.net.ssl.trustStorePassword");

  /** Programs' own switches: past the proxy, or past verification. */
  private static final List<String> REMOVED =
      List.of(
          "FTP_PROXY",
          "ftp_proxy",
          "RSYNC_PROXY",
          "SOCKS_PROXY",
          "socks_proxy",
          "SOCKS5_PROXY",
          "WS_PROXY",
          "ws_proxy",
          "WSS_PROXY",
          "wss_proxy",
          "GRPC_PROXY",
          "grpc_proxy",
          "NO_GRPC_PROXY",
          "no_grpc_proxy",
          "GLOBAL_AGENT_HTTP_PROXY",
          "GLOBAL_AGENT_HTTPS_PROXY",
          "GLOBAL_AGENT_NO_PROXY",
          "NODE_TLS_REJECT_UNAUTHORIZED",
          "PYTHONHTTPSVERIFY",
          "GIT_SSL_NO_VERIFY",
          "GIT_SSL_CAPATH",
          "GIT_PROXY_SSL_CAINFO",
          "PERL_LWP_SSL_VERIFY_HOSTNAME",
          "PERL_LWP_SSL_CA_PATH",
          "npm_config_noproxy",
          "npm_config_ca",
          "CLOUDSDK_AUTH_DISABLE_SSL_VALIDATION");

  private final SortedMap<String, String> set = new TreeMap<>();
  private final SortedSet<String> unset = new TreeSet<>();

  /**
   * What a session may add.
   *
   * @param direct hosts that programs reach without the gateway: {@code localhost}, {@code
   *     127.0.0.1}, {@code .internal}; empty for none, which sends local servers through it too
   * @param gitHttpsHosts hosts whose ssh addresses git takes as https, so that the gateway can put
   *     a credential in: {@code github.com}; empty for none
   */
  public record Choices(List<String> direct, List<String> gitHttpsHosts) {
    /** Everything through the gateway, git as it is. */
    public static final Choices NONE = new Choices(List.of(), List.of());

    public Choices {
      direct = List.copyOf(direct);
      gitHttpsHosts = List.copyOf(gitHttpsHosts);
    }
  }

  private ChildVariables(
      TrustFiles files,
      ProxyAddress authenticated,
      ProxyAddress plain,
      Map<String, String> caller,
      Choices choices) {
    unset.addAll(REMOVED);
    proxies(authenticated, choices);
    certificates(files);
    git(authenticated, caller, choices);
    cloud(authenticated);
    node(files, caller);
    java(files, plain, caller, choices);
    removeOtherSpellings(caller);
    unset.removeAll(set.keySet());
  }

  /** As the other, with {@link Choices#NONE}. */
  public static ChildVariables of(
      TrustFiles files,
      ProxyAddress authenticated,
      ProxyAddress plain,
      Map<String, String> callerEnvironment) {
    return of(files, authenticated, plain, callerEnvironment, Choices.NONE);
  }

  /**
   * The variables for one child.
   *
   * @param files what was written
   * @param authenticated the listener that asks for credentials
   * @param plain the session's private listener for Java, which cannot give credentials by itself
   * @param callerEnvironment the variables that the child would have otherwise
   * @param choices what the session adds
   */
  public static ChildVariables of(
      TrustFiles files,
      ProxyAddress authenticated,
      ProxyAddress plain,
      Map<String, String> callerEnvironment,
      Choices choices) {
    return new ChildVariables(files, authenticated, plain, callerEnvironment, choices);
  }

  /** What to set; holds the listener's token. */
  public SortedMap<String, String> set() {
    return Collections.unmodifiableSortedMap(set);
  }

  /** What to take away; disjoint from {@link #set}. */
  public SortedSet<String> unset() {
    return Collections.unmodifiableSortedSet(unset);
  }

  /** How many; values hold the token. */
  @Override
  public String toString() {
    return "[" + set.size() + " variables set, " + unset.size() + " taken away]";
  }

  private void proxies(ProxyAddress proxy, Choices choices) {
    String url = proxy.url();
    for (String name : List.of("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")) {
      set.put(name, url);
      set.put(name.toLowerCase(Locale.ROOT), url);
    }
    // Settings in files of these programs would win over the common variables.
    set.put("npm_config_proxy", url);
    set.put("npm_config_https_proxy", url);
    set.put("YARN_HTTP_PROXY", url);
    set.put("YARN_HTTPS_PROXY", url);
    set.put("PIP_PROXY", url);
    set.put("CARGO_HTTP_PROXY", url);
    set.put("NODE_USE_ENV_PROXY", "1");
    // The gateway's own address: Node would go through the gateway to it when a library such as
    // axios speaks to the proxy by itself.
    StringBuilder direct = new StringBuilder(proxy.host()).append(':').append(proxy.port());
    for (String host : choices.direct()) {
      direct.append(',').append(host);
    }
    set.put("NO_PROXY", direct.toString());
    set.put("no_proxy", direct.toString());
  }

  private void certificates(TrustFiles files) {
    String bundle = files.bundle().toString();
    for (String name :
        List.of(
            "SSL_CERT_FILE",
            "NIX_SSL_CERT_FILE",
            "CURL_CA_BUNDLE",
            "REQUESTS_CA_BUNDLE",
            "PIP_CERT",
            "GIT_SSL_CAINFO",
            "AWS_CA_BUNDLE",
            "CARGO_HTTP_CAINFO",
            "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
            "npm_config_cafile",
            "HTTPLIB2_CA_CERTS",
            "PERL_LWP_SSL_CA_FILE",
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
            "HEX_CACERTS_PATH")) {
      set.put(name, bundle);
    }
    String additions = files.additions().toString();
    set.put("NODE_EXTRA_CA_CERTS", additions);
    set.put("DENO_CERT", additions);
    set.put("WGETRC", files.wgetSettings().toString());
  }

  /** A configured {@code http.proxy} would win over the common variables, so it is given too. */
  private void git(ProxyAddress proxy, Map<String, String> caller, Choices choices) {
    // Nobody answers a question that an agent's git asks: better an error than a wait without end.
    if (!caller.containsKey("GIT_TERMINAL_PROMPT")) {
      set.put("GIT_TERMINAL_PROMPT", "0");
    }
    // Without it git tries without credentials first, and is turned away once for each host.
    set.put("GIT_HTTP_PROXY_AUTHMETHOD", "basic");
    int count = count(caller.get("GIT_CONFIG_COUNT"));
    count = gitSetting(count, "http.proxy", proxy.url());
    for (String host : choices.gitHttpsHosts()) {
      String key = "url.https://" + host + "/.insteadOf";
      count = gitSetting(count, key, "git@" + host + ":");
      count = gitSetting(count, key, "ssh://git@" + host + "/");
    }
    set.put("GIT_CONFIG_COUNT", Integer.toString(count));
  }

  private int gitSetting(int index, String key, String value) {
    set.put("GIT_CONFIG_KEY_" + index, key);
    set.put("GIT_CONFIG_VALUE_" + index, value);
    return index + 1;
  }

  private static int count(@org.jspecify.annotations.Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > 4) {
      return 0;
    }
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return 0;
      }
      number = number * 10 + c - '0';
    }
    return number;
  }

  private void cloud(ProxyAddress proxy) {
    set.put("CLOUDSDK_PROXY_TYPE", "http");
    set.put("CLOUDSDK_PROXY_ADDRESS", proxy.host());
    set.put("CLOUDSDK_PROXY_PORT", Integer.toString(proxy.port()));
    if (proxy.token().isEmpty()) {
      unset.add("CLOUDSDK_PROXY_USERNAME");
      unset.add("CLOUDSDK_PROXY_PASSWORD");
    } else {
      set.put("CLOUDSDK_PROXY_USERNAME", PROXY_USER);
      set.put("CLOUDSDK_PROXY_PASSWORD", proxy.token());
    }
  }

  private void node(TrustFiles files, Map<String, String> caller) {
    String callers = caller.getOrDefault("NODE_OPTIONS", "");
    set.put("NODE_OPTIONS", join(callers, "--require=" + nodeQuoted(files.nodePreload())));
  }

  /** Node keeps what stands in double quotes together, with a backslash before special ones. */
  private static String nodeQuoted(Path path) {
    String text = path.toString();
    if (text.indexOf(' ') < 0 && text.indexOf('"') < 0 && text.indexOf('\\') < 0) {
      return text;
    }
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private void java(
      TrustFiles files, ProxyAddress plain, Map<String, String> caller, Choices choices) {
    for (String name : JvmOptions.VARIABLES) {
      String callers = caller.get(name);
      if (callers != null) {
        String kept = JvmOptions.without(callers, JVM_PROPERTIES);
        if (!kept.equals(callers.strip())) {
          set.put(name, kept);
        }
      }
    }
    String port = Integer.toString(plain.port());
    List<String> options = new ArrayList<>();
    options.add("-Dhttp.proxyHost=" + plain.host());
    options.add("-Dhttp.proxyPort=" + port);
    options.add("-Dhttps.proxyHost=" + plain.host());
    options.add("-Dhttps.proxyPort=" + port);
    // Empty is not the default: the default leaves out this machine's own names.
    options.add("-Dhttp.nonProxyHosts=" + nonProxyHosts(choices.direct()));
    options.add("-Djavax.net.ssl.trustStore=" + files.javaStore());
    options.add("-Djavax.net.ssl.trustStoreType=PKCS12");
    extend("JAVA_TOOL_OPTIONS", caller, options);
    // Maven's resolver reads the properties above only when told to; the names are those of its
    // first and its second generation.
    extend(
        "MAVEN_OPTS",
        caller,
        List.of(
            "-Daether.connector.http.useSystemProperties=true",
            "-Daether.transport.apache.useSystemProperties=true"));
    // A daemon of Gradle outlives the session and would keep its proxy and its trust store.
    extend("GRADLE_OPTS", caller, List.of("-Dorg.gradle.daemon=false"));
  }

  private void extend(String name, Map<String, String> caller, List<String> options) {
    String text = set.getOrDefault(name, caller.getOrDefault(name, ""));
    for (String option : options) {
      text = join(text, JvmOptions.quoted(option));
    }
    set.put(name, text);
  }

  private static String nonProxyHosts(List<String> direct) {
    StringBuilder out = new StringBuilder();
    for (String host : direct) {
      out.append(out.isEmpty() ? "" : "|").append(host.startsWith(".") ? "*" + host : host);
    }
    return out.toString();
  }

  /** npm reads its variables without regard to case: two spellings of one would be a lottery. */
  private void removeOtherSpellings(Map<String, String> caller) {
    for (String name : caller.keySet()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith("npm_config_")
          && !name.equals(lower)
          && (set.containsKey(lower) || REMOVED.contains(lower))) {
        unset.add(name);
      }
    }
  }

  private static String join(String first, String second) {
    return first.isBlank() ? second : first.strip() + " " + second;
  }
}
