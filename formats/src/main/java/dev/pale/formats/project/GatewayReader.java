package dev.pale.formats.project;

import dev.pale.formats.toml.TomlTable;
import dev.pale.formats.toml.TomlValue;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.SecretName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What files say to the gateway: {@code [gateway]} of both files, and the keys of {@code
 * [secrets.NAME]} that only the gateway reads. Most runs never load this class.
 */
final class GatewayReader {
  static final String GATEWAY = "gateway";
  private static final String RULES = "rules";

  /** Keys of a secret that mean nothing without the gateway. */
  private static final String[] KEYS = {
    "service", "slots", "preset", "placeholder", "when_absent", "shared_hosts", "plain_http"
  };

  private static final long MOST = 1L << 53;
  private static final int MAX_RULES = 1000;
  private static final int MAX_TEXT = 1024;
  private static final String HTTP = "http://";

  private final Schema schema;
  private final String source;

  GatewayReader(String source) {
    this.schema = new Schema(source);
    this.source = source;
  }

  /** Checks the keys of a secret that belong to the gateway. */
  static void checkSecret(Schema schema, TomlTable table, Deliver deliver, List<String> hosts) {
    if (deliver != Deliver.GATEWAY) {
      for (String key : KEYS) {
        Optional<TomlValue> value = table.get(key);
        if (value.isPresent()) {
          throw schema.notAllowed(value.get(), key, "it works with deliver = \"gateway\" alone");
        }
      }
      return;
    }
    GatewaySecret secret = new GatewayReader(ProjectFile.NAME).secret(table);
    for (String host : hosts) {
      if (host.startsWith(HTTP) && !secret.plainHttp()) {
        throw schema.notAllowed(
            table.get("hosts").orElse(table),
            "hosts",
            "the value would be sent unencrypted; plain_http = true says that this is meant");
      }
    }
  }

  GatewaySecret secret(TomlTable table) {
    Map<String, Integer> lines = new HashMap<>();
    for (String key : table.keys()) {
      lines.put(key, ProjectFile.line(table, key));
    }
    Optional<Boolean> whenAbsent =
        table.get("when_absent").isEmpty()
            ? Optional.empty()
            : Optional.of(schema.truth(table, "when_absent", false));
    return new GatewaySecret(
        word(table, "service"),
        plainTexts(table, "slots", "slots such as header:X-Api-Key or scheme:Bearer"),
        word(table, "preset"),
        word(table, "placeholder"),
        whenAbsent,
        schema.truth(table, "shared_hosts", false),
        schema.truth(table, "plain_http", false),
        lines);
  }

  ProjectGateway project(TomlTable gateway) {
    schema.requireKnown(gateway, " in [gateway]", "mode", "session_requests", RULES);
    return new ProjectGateway(
        schema.oneOf(gateway, "mode", "enforce", "observe") == 1,
        schema.whole(gateway, "session_requests", -1, 1, MOST),
        rules(gateway));
  }

  UserGateway user(TomlTable gateway) {
    schema.requireKnown(
        gateway,
        " in [gateway]",
        "private_hosts",
        "upstream_proxy",
        "upstream_proxy_secret",
        "upstream_ca",
        "approve_seconds",
        "keep_logs_days",
        "connect",
        RULES);
    Optional<String> proxy = schema.text(gateway, "upstream_proxy");
    if (proxy.isPresent() && !isProxy(proxy.get())) {
      throw notAllowed(
          gateway,
          "upstream_proxy",
          "http://host:port; a login is in the vault, see" + " upstream_proxy_secret");
    }
    Optional<String> login = schema.text(gateway, "upstream_proxy_secret");
    if (login.isPresent() && !isPlaceAndName(login.get())) {
      throw notAllowed(gateway, "upstream_proxy_secret", "PROJECT/ENV/NAME of a secret");
    }
    List<String> authorities = schema.texts(gateway, "upstream_ca");
    for (String file : authorities) {
      if (!file.startsWith("/") || !isPlain(file)) {
        throw notAllowed(gateway, "upstream_ca", "full paths of files with certificates");
      }
    }
    return new UserGateway(
        hosts(gateway, "private_hosts"),
        proxy,
        login,
        authorities,
        schema.whole(gateway, "approve_seconds", 45, 1, 3600),
        schema.whole(gateway, "keep_logs_days", 30, 1, 36_500),
        connect(schema.table(gateway, "connect")),
        rules(gateway),
        gateway.line());
  }

  private SortedMap<String, String> connect(TomlTable connect) {
    SortedMap<String, String> result = new TreeMap<>();
    for (String from : connect.keys()) {
      Optional<String> to = schema.text(connect, from);
      if (!isHostAndPort(from) || to.isEmpty() || !isHostAndPort(to.get())) {
        throw notAllowed(
            connect, from, "[gateway.connect]", "\"host:port\" = \"host:port\", both in full");
      }
      result.put(from, to.get());
    }
    return result;
  }

  private List<GatewayRule> rules(TomlTable gateway) {
    List<GatewayRule> rules = new ArrayList<>();
    for (TomlTable table : schema.tables(gateway, RULES)) {
      rules.add(rule(table));
    }
    if (rules.size() > MAX_RULES) {
      throw notAllowed(gateway, RULES, "at most " + MAX_RULES);
    }
    return rules;
  }

  private GatewayRule rule(TomlTable table) {
    schema.requireKnown(
        table,
        " in [[gateway.rules]]",
        "name",
        "action",
        "hosts",
        "methods",
        "paths",
        "max_body_bytes",
        "requests_per_minute",
        "session_requests");
    String action =
        switch (schema.oneOf(table, "action", "allow", "deny", "approve")) {
          case 0 -> "allow";
          case 1 -> "deny";
          case 2 -> "approve";
          default ->
              throw schema.notAllowed(
                  table, "[[gateway.rules]]", "action = \"allow\", \"deny\" or \"approve\"");
        };
    List<String> hosts = hosts(table, "hosts");
    if (hosts.isEmpty()) {
      throw notAllowed(table, "hosts", "at least one host");
    }
    List<String> methods = schema.texts(table, "methods");
    for (String method : methods) {
      if (!isMethod(method)) {
        throw notAllowed(table, "methods", "methods such as GET, in capital letters");
      }
    }
    List<String> paths = plainTexts(table, "paths", "patterns such as /repos/acme/**");
    for (String path : paths) {
      if (!path.startsWith("/")) {
        throw notAllowed(table, "paths", "patterns that begin with /, such as /repos/acme/**");
      }
    }
    Optional<String> name = schema.text(table, "name");
    if (name.isPresent() && (name.get().isBlank() || !isPlain(name.get()))) {
      throw notAllowed(table, "name", "a few words");
    }
    return new GatewayRule(
        name.orElse(source + " line " + table.line()),
        action,
        hosts,
        methods,
        paths,
        schema.whole(table, "max_body_bytes", -1, 0, MOST),
        schema.whole(table, "requests_per_minute", -1, 1, 60_000),
        schema.whole(table, "session_requests", -1, 1, MOST),
        source,
        table.line());
  }

  List<String> hosts(TomlTable table, String key) {
    List<String> hosts = schema.texts(table, key);
    for (String host : hosts) {
      if (!isHost(host)) {
        throw notAllowed(table, key, HOSTS);
      }
    }
    return hosts;
  }

  /** What {@link #isHost} takes, for errors. */
  static final String HOSTS =
      "host names such as api.example.com, or *.example.com, with an optional :port, and http://"
          + " before one without encryption";

  /** Roughly a host pattern; exactly is for the gateway to say. */
  static boolean isHost(String text) {
    String host = text.startsWith(HTTP) ? text.substring(HTTP.length()) : text;
    host = host.startsWith("**.") ? host.substring(3) : host;
    host = host.startsWith("*.") ? host.substring(2) : host;
    return !host.isEmpty()
        && host.length() <= 260
        && (host.charAt(0) == '[' ? isBracketed(host) : isName(host));
  }

  private static boolean isName(String host) {
    int length = host.length();
    for (int i = 0; i < length; i++) {
      char c = host.charAt(i);
      boolean word =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
      boolean sign = i > 0 && i < length - 1 && (c == '.' || c == ':');
      if (!word && !sign) {
        return false;
      }
    }
    return true;
  }

  /** {@code [2001:db8::1]}, with an optional port. */
  private static boolean isBracketed(String host) {
    int end = host.indexOf(']');
    if (end < 3 || (end + 1 < host.length() && host.charAt(end + 1) != ':')) {
      return false;
    }
    for (int i = 1; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean hex =
          (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':';
      if (i != end && !hex && c != '.') {
        return false;
      }
    }
    return true;
  }

  private static boolean isHostAndPort(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1 || text.startsWith("*") || text.startsWith(HTTP) || !isHost(text)) {
      return false;
    }
    int port = 0;
    for (int i = colon + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9' || port > 65_535) {
        return false;
      }
      port = port * 10 + (c - '0');
    }
    return port > 0 && port <= 65_535;
  }

  private static boolean isProxy(String text) {
    return text.startsWith(HTTP) && isHostAndPort(text.substring(HTTP.length()));
  }

  private static boolean isPlaceAndName(String text) {
    int first = text.indexOf('/');
    int second = text.indexOf('/', first + 1);
    return first > 0
        && second > first + 1
        && text.indexOf('/', second + 1) < 0
        && Place.isSegment(text.substring(0, first))
        && Place.isSegment(text.substring(first + 1, second))
        && SecretName.isValid(text.substring(second + 1));
  }

  private static boolean isMethod(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= 'A' && c <= 'Z') && !(i > 0 && c == '-')) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= 32;
  }

  /** A short word of small letters, digits and signs, as ids are; empty when it is not given. */
  private String word(TomlTable table, String key) {
    Optional<String> text = schema.text(table, key);
    if (text.isEmpty()) {
      return "";
    }
    String word = text.get();
    boolean good = !word.isEmpty() && word.length() <= 64;
    for (int i = 0; i < word.length() && good; i++) {
      char c = word.charAt(i);
      good =
          (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || (i > 0 && (c == '-' || c == '_' || c == '.'));
    }
    if (!good) {
      throw notAllowed(table, key, "a short name in small letters, such as openai");
    }
    return word;
  }

  private List<String> plainTexts(TomlTable table, String key, String allowed) {
    List<String> texts = schema.texts(table, key);
    for (String text : texts) {
      if (text.isEmpty() || !isPlain(text)) {
        throw notAllowed(table, key, allowed);
      }
    }
    return texts;
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return text.length() <= MAX_TEXT;
  }

  private PaleException notAllowed(TomlTable table, String key, String allowed) {
    return notAllowed(table, key, key, allowed);
  }

  private PaleException notAllowed(TomlTable table, String key, String shown, String allowed) {
    return schema.notAllowed(table.get(key).orElse(table), shown, allowed);
  }
}
