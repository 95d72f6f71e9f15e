package dev.pale.cli.provider;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.project.UserConfig;
import dev.pale.formats.toml.TomlEditor;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "add",
    header = "Set up an external store.",
    description = {
      "Credentials are asked for on the terminal, without being shown, or one is read from standard"
          + " input with --stdin; they go into the vault. Everything else goes into your config.toml."
          + " Nothing is sent to the store: pale provider test does that.",
      "",
      "Limits: whoever can write your config.toml decides to whom credentials are sent. A coding"
          + " agent cannot set up a provider where Pale recognises it.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale provider add team --kind vault --set address=https://vault.example.com:8200",
      "  pass show team-token | pale provider add team --kind vault --stdin token --cache 8h"
    })
final class ProviderAddCommand extends PaleCommand {
  private static final int MAX_CREDENTIAL = 1 << 20;

  @Parameters(paramLabel = "NAME", description = "Its name: the scheme of its references.")
  String name = "";

  @Option(
      names = {"-k", "--kind"},
      paramLabel = "KIND",
      description = "What it is; pale provider kinds lists them. Default: what NAME says.")
  String kind = "";

  @Option(
      names = "--set",
      paramLabel = "SETTING=VALUE",
      description = "A setting that is no secret; may be given several times.")
  List<String> set = new ArrayList<>();

  @Option(
      names = "--stdin",
      paramLabel = "SETTING",
      description = "Read this credential from standard input.")
  String stdin = "";

  @Option(
      names = "--cache",
      paramLabel = "SPAN",
      description = "Keep values, encrypted, for work without the store, for instance 8h.")
  String cache = "";

  @Option(
      names = "--offline-fallback",
      description = "Use kept values when the store cannot be reached, and say so.")
  boolean fallback;

  @Option(names = "--replace", description = "Set up anew what is there under this name.")
  boolean replace;

  ProviderAddCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgentsTo("provider add", "set up a provider");
    ProviderConfigs.requireName(name);
    try (Stores stores = Stores.of(session)) {
      ProviderType type = stores.type(kind.isEmpty() ? name : kind, name);
      refuseForeignKind(stores, type);
      if (!replace && session.config().providers().get(name).isPresent()) {
        throw PaleException.of(
            642,
            "provider " + name + " is set up already",
            "",
            "pale provider add " + name + " --replace …, or choose another name");
      }
      SortedMap<String, String> settings = settings(type);
      if (!cache.isEmpty()) {
        ProviderConfigs.cache(cache, "--cache");
      } else if (fallback) {
        throw PaleException.usage(
            130, "--offline-fallback needs --cache", "nothing is kept without it", "--cache 8h");
      }
      Map<String, SecretValue> credentials = credentials(type);
      try {
        keep(stores, type, settings, credentials);
      } finally {
        credentials.values().forEach(SecretValue::close);
      }
      tell(type, settings);
    }
  }

  /** A provider {@code op} that is a vault would mislead everybody who reads a reference. */
  private void refuseForeignKind(Stores stores, ProviderType type) {
    for (ProviderType other : stores.types()) {
      if (other.kind().equals(name) && !type.kind().equals(name)) {
        throw PaleException.usage(
            640,
            name + " is the name of a kind of store",
            "a provider of kind " + type.kind() + " under that name would be mistaken for it",
            "choose another name");
      }
    }
  }

  private SortedMap<String, String> settings(ProviderType type) {
    SortedMap<String, String> settings = new TreeMap<>();
    for (String word : set) {
      int equals = word.indexOf('=');
      if (equals <= 0) {
        throw PaleException.usage(
            130, "--set takes SETTING=VALUE", "", "--set address=https://vault.example.com");
      }
      Setting setting = ProviderConfigs.setting(type, word.substring(0, equals), "");
      if (setting.secret()) {
        throw PaleException.usage(
            131,
            "a credential on the command line is refused",
            "the shell's history keeps it, and every process of this machine can read it with ps;"
                + " if it was a real one, replace it where it came from",
            "leave it out to be asked for it, or --stdin " + setting.name());
      }
      settings.put(setting.name(), word.substring(equals + 1));
    }
    for (Setting setting : type.settings()) {
      if (setting.required() && !setting.secret() && !settings.containsKey(setting.name())) {
        settings.put(setting.name(), ask(setting));
      }
    }
    return settings;
  }

  private String ask(Setting setting) {
    String instead = "add --set " + setting.name() + "=…";
    if (!session.prompt().canAsk()) {
      throw PaleException.usage(
          601,
          "provider " + name + " lacks its setting " + setting.name(),
          setting.description(),
          instead);
    }
    String answer =
        session.prompt().line(setting.name() + " (" + setting.description() + "): ", instead);
    if (answer.isEmpty()) {
      throw PaleException.usage(
          601,
          "provider " + name + " lacks its setting " + setting.name(),
          setting.description(),
          instead);
    }
    return answer;
  }

  private Map<String, SecretValue> credentials(ProviderType type) {
    if (!stdin.isEmpty() && !ProviderConfigs.setting(type, stdin, "").secret()) {
      throw PaleException.usage(644, stdin + " is no credential", "", "--set " + stdin + "=VALUE");
    }
    Map<String, SecretValue> credentials = new LinkedHashMap<>();
    for (Setting setting : type.settings()) {
      if (!setting.secret()) {
        continue;
      }
      if (setting.name().equals(stdin)) {
        credentials.put(setting.name(), fromInput(setting.name()));
      } else if (stdin.isEmpty() && session.prompt().canAsk()) {
        SecretValue value =
            session
                .prompt()
                .hidden(
                    setting.name(),
                    setting.name()
                        + " ("
                        + setting.description()
                        + ", not shown"
                        + (setting.required() ? "): " : "; Enter for none): "),
                    "--stdin " + setting.name());
        if (value.length() > 0) {
          credentials.put(setting.name(), value);
        }
      }
      if (setting.required() && !credentials.containsKey(setting.name())) {
        credentials.values().forEach(SecretValue::close);
        throw PaleException.usage(
            601,
            "provider " + name + " lacks its credential " + setting.name(),
            setting.description(),
            "add --stdin " + setting.name() + " and pipe it in, or answer at a terminal");
      }
    }
    return credentials;
  }

  private SecretValue fromInput(String setting) {
    byte[] all;
    try {
      all = session.context().in().readNBytes(MAX_CREDENTIAL + 1);
    } catch (IOException e) {
      throw PaleException.of(
          138, "cannot read standard input", e.getClass().getSimpleName(), "", e);
    }
    int length = all.length;
    while (length > 0 && (all[length - 1] == '\n' || all[length - 1] == '\r')) {
      length--;
    }
    boolean unusable = length == 0 || all.length > MAX_CREDENTIAL;
    SecretValue value = SecretValue.owning(setting, Arrays.copyOf(all, length));
    Arrays.fill(all, (byte) 0);
    if (unusable) {
      value.close();
      throw PaleException.usage(
          135, "the credential " + setting + " is empty or larger than 1 MiB", "", "pipe it in");
    }
    return value;
  }

  private void keep(
      Stores stores,
      ProviderType type,
      SortedMap<String, String> settings,
      Map<String, SecretValue> credentials) {
    Map<String, SecretValue> copies = new LinkedHashMap<>();
    credentials.forEach((setting, value) ->
        copies.put(setting, SecretValue.copyOf(setting, value.bytes(Reveal.SEAL))));
    // Opening connects to nothing, but tells what is missing or not allowed.
    stores
        .open(new Configured(name, type.kind(), settings, Optional.empty(), false, 0), copies)
        .close();
    Credentials.replace(
        session.vault(),
        name,
        type.kind(),
        settings,
        credentials,
        session.actor("provider add " + name));
    UserConfig.edit(
        Folders.create(session.context().folders().config(), session.context().uid()),
        session.context().uid(),
        editor -> write(editor, type, settings));
    OfflineCache.clear(session, Optional.of(name));
    session
        .vault()
        .record(
            "provider-add",
            true,
            name + " of kind " + type.kind(),
            session.actor("provider add " + name));
  }

  private void write(TomlEditor editor, ProviderType type, SortedMap<String, String> settings) {
    String table = "providers." + name;
    editor.removeTable(table);
    editor.addTable(table).set(table, ProviderConfigs.KIND, type.kind());
    settings.forEach((key, value) -> editor.set(table, key, value));
    if (!cache.isEmpty()) {
      editor.set(table, ProviderConfigs.CACHE, cache);
    }
    if (fallback) {
      editor.set(table, ProviderConfigs.FALLBACK, true);
    }
  }

  private void tell(ProviderType type, SortedMap<String, String> settings) {
    Screen screen = session.screen();
    if (screen.json()) {
      screen.document(
          new JsonWriter()
              .beginObject()
              .member("name", name)
              .member("kind", type.kind())
              .endObject());
      return;
    }
    screen.remark("provider " + name + " is set up: " + type.title());
    if (settings.containsKey("program")) {
      screen.remark("it runs " + settings.get("program") + " as you, at each reading");
    }
    for (String example : type.examples()) {
      screen.remark("  " + example.replaceFirst("^" + type.kind() + "://", name + "://"));
    }
    screen.remark("next: pale provider test " + name);
  }
}
