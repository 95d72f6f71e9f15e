package dev.pale.cli.provider;

import dev.pale.cli.screen.Span;
import dev.pale.formats.DidYouMean;
import dev.pale.formats.project.UserConfig;
import dev.pale.formats.toml.TomlTable;
import dev.pale.formats.toml.TomlValue;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.secrets.PaleException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads and checks the table {@code [providers]} of {@code config.toml}. */
final class ProviderConfigs {
  static final String KIND = "kind";
  static final String CACHE = "cache";
  static final String FALLBACK = "offline_fallback";

  /** Schemes of ordinary addresses: a provider of such a name would make them references. */
  private static final Set<String> TAKEN =
      Set.of(
          "about",
          "abfs",
          "abfss",
          "amqp",
          "amqps",
          "app",
          "arn",
          "blob",
          "bolt",
          "bolt+s",
          "cassandra",
          "chrome",
          "clickhouse",
          "cockroachdb",
          "couchbase",
          "data",
          "db2",
          "docker",
          "dynamodb",
          "elasticsearch",
          "file",
          "ftp",
          "ftps",
          "git",
          "git+ssh",
          "grpc",
          "grpcs",
          "gs",
          "hdfs",
          "http",
          "https",
          "imap",
          "imaps",
          "ipfs",
          "irc",
          "jar",
          "javascript",
          "jdbc",
          "kafka",
          "ldap",
          "ldaps",
          "magnet",
          "mailto",
          "mariadb",
          "memcached",
          "mongodb",
          "mongodb+srv",
          "mqtt",
          "mqtts",
          "mssql",
          "mysql",
          "nats",
          "neo4j",
          "npm",
          "oci",
          "oracle",
          "otlp",
          "pale",
          "pop3",
          "postgres",
          "postgresql",
          "pulsar",
          "rabbitmq",
          "redis",
          "rediss",
          "rtmp",
          "rtsp",
          "s3",
          "s3a",
          "sftp",
          "sip",
          "slack",
          "smb",
          "smtp",
          "smtps",
          "snowflake",
          "socks",
          "socks4",
          "socks5",
          "sqlite",
          "sqlserver",
          "ssh",
          "ssl",
          "stomp",
          "stun",
          "svn",
          "tcp",
          "tel",
          "telnet",
          "tls",
          "turn",
          "udp",
          "unix",
          "urn",
          "vscode",
          "wasb",
          "ws",
          "wss",
          "zookeeper");

  private final TomlTable table;
  private final List<ProviderType> types;

  ProviderConfigs(TomlTable table, List<ProviderType> types) {
    this.table = table;
    this.types = types;
  }

  /** Whether a scheme is one of ordinary addresses and never a provider's. */
  static boolean isOrdinary(String scheme) {
    return TAKEN.contains(scheme) && !scheme.equals("pale");
  }

  /** The names, without looking into the tables. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (String name : table.keys()) {
      // A table of another name is told where providers are listed, and never used.
      if (isName(name)) {
        names.add(name);
      }
    }
    return names;
  }

  /** Everything that is set up, in the order of the file. */
  List<Configured> all() {
    List<Configured> all = new ArrayList<>();
    for (String name : table.keys()) {
      requireName(name);
      find(name).ifPresent(all::add);
    }
    return all;
  }

  /** The provider of this name; empty when the file has none. */
  Optional<Configured> find(String name) {
    Optional<TomlValue> value = table.get(name);
    if (value.isEmpty() || !isName(name)) {
      return Optional.empty();
    }
    if (!(value.get() instanceof TomlTable own)) {
      throw PaleException.of(
          412,
          at(value.get()) + "providers." + name + " is " + value.get().kind(),
          "it must be a" + " table",
          "write [providers." + name + "]");
    }
    String kind = text(own, KIND).orElse("");
    ProviderType type = type(kind, name);
    SortedMap<String, String> settings = new TreeMap<>();
    for (String key : own.keys()) {
      if (!key.equals(KIND) && !key.equals(CACHE) && !key.equals(FALLBACK)) {
        Setting setting = setting(type, key, at(own.get(key).orElse(own)));
        if (setting.secret()) {
          throw secretInFile(name, own.get(key).orElse(own), key);
        }
        settings.put(key, scalar(own, key));
      }
    }
    return Optional.of(
        new Configured(
            name,
            kind,
            settings,
            text(own, CACHE).map(span -> cache(span, own)),
            truth(own),
            own.line()));
  }

  private static PaleException secretInFile(String name, TomlValue at, String key) {
    return PaleException.of(
        649,
        at(at) + key + " is a credential and does not belong into a file",
        "credentials of providers are kept in the vault",
        "take the line out, replace the credential where it was issued if the file was shared, and:"
            + " pale provider add "
            + name
            + " --replace …");
  }

  /** The kind of this name; error 643. */
  ProviderType type(String kind, String provider) {
    for (ProviderType type : types) {
      if (type.kind().equals(kind)) {
        return type;
      }
    }
    List<String> kinds = types.stream().map(ProviderType::kind).toList();
    throw PaleException.of(
        643,
        "provider " + provider + " is of no kind that pale knows",
        DidYouMean.nearest(kind, kinds).map(k -> "did you mean " + k + "?").orElse(""),
        "pale provider kinds");
  }

  /** The setting of this name; error 644. */
  static Setting setting(ProviderType type, String name, String where) {
    List<String> names = new ArrayList<>();
    for (Setting setting : type.settings()) {
      if (setting.name().equals(name)) {
        return setting;
      }
      names.add(setting.name());
    }
    boolean shown = name.length() <= 30 && isWord(name);
    throw PaleException.of(
        644,
        where + "kind " + type.kind() + " has no setting" + (shown ? " " + name : " of that name"),
        DidYouMean.nearest(name, names)
            .map(n -> "did you mean " + n + "?")
            .orElse(names.isEmpty() ? "it has none" : "it has " + String.join(", ", names)),
        "pale provider kinds " + type.kind());
  }

  /** Refuses with error 640 what cannot name a provider. */
  static void requireName(String name) {
    if (!isName(name)) {
      throw PaleException.usage(
          640,
          "not a name for a provider",
          TAKEN.contains(name)
              ? "addresses that start with " + name + ":// are no references"
              : "lower-case letters, digits and '-', starting with a letter, at most 32 characters",
          "use a name such as team-vault");
    }
  }

  private static boolean isName(String name) {
    boolean good =
        !name.isEmpty()
            && name.length() <= 32
            && name.charAt(0) >= 'a'
            && name.charAt(0) <= 'z'
            && !TAKEN.contains(name);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      good &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
    return good;
  }

  private static boolean isWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-')) {
        return false;
      }
    }
    return true;
  }

  static Duration cache(String span, String option) {
    Duration duration = Span.parse(span, option);
    if (duration.isZero() || duration.compareTo(Duration.ofDays(30)) > 0) {
      throw PaleException.usage(
          148, option + " does not take that time", "from 1s to 30d", option + " 8h");
    }
    return duration;
  }

  private static Duration cache(String span, TomlTable own) {
    try {
      return cache(span, CACHE);
    } catch (PaleException wrong) {
      throw PaleException.of(
          413,
          at(own.get(CACHE).orElse(own)) + "this value of cache is not allowed",
          "a span of time such as 8h, at most 30d",
          "mend the line");
    }
  }

  private static String at(TomlValue value) {
    return UserConfig.NAME + " line " + value.line() + ": ";
  }

  private static Optional<String> text(TomlTable own, String key) {
    return own.get(key).isEmpty() ? Optional.empty() : Optional.of(scalar(own, key));
  }

  private static String scalar(TomlTable own, String key) {
    TomlValue value = own.get(key).orElse(own);
    return switch (value) {
      case TomlValue.Text text -> text.text();
      case TomlValue.Whole whole -> Long.toString(whole.number());
      case TomlValue.Truth truth -> Boolean.toString(truth.value());
      default ->
          throw PaleException.of(
              412, at(value) + key + " is " + value.kind(), "it must be a string", "mend the line");
    };
  }

  private static boolean truth(TomlTable own) {
    Optional<TomlValue> value = own.get(FALLBACK);
    if (value.isEmpty()) {
      return false;
    }
    if (value.get() instanceof TomlValue.Truth truth) {
      return truth.value();
    }
    throw PaleException.of(
        412,
        at(value.get()) + FALLBACK + " is " + value.get().kind(),
        "it must be true or false",
        "mend the line");
  }
}
