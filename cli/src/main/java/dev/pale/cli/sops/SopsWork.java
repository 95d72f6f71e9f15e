package dev.pale.cli.sops;

import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.sops.CreationRule;
import dev.pale.sops.DataKeys;
import dev.pale.sops.Decrypted;
import dev.pale.sops.KeyService;
import dev.pale.sops.SopsConfig;
import dev.pale.sops.SopsFile;
import dev.pale.sops.SopsFormat;
import dev.pale.sops.SopsMetadata;
import dev.pale.sops.SopsTree;
import dev.pale.sops.SopsWarning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One file that a command works on: where it is, what it is, and what opens it. */
final class SopsWork implements AutoCloseable {
  private final Session session;
  private final FileOptions options;
  private final Optional<Path> file;
  private final SopsKeyServices services;
  private Optional<SopsConfig> config = Optional.empty();
  private final List<String> warnings = new ArrayList<>();
  private boolean configRead;

  private SopsWork(Session session, FileOptions options, Optional<Path> file) {
    this.session = session;
    this.options = options;
    this.file = file;
    this.services = SopsKeyServices.of(session);
    if (!options.keyservices.isEmpty()) {
      throw PaleException.of(
          494,
          "pale sops asks no key service over the network",
          "--keyservice is sops' own protocol",
          "leave it out; the keys are opened here");
    }
  }

  /**
   * Begins.
   *
   * @param name the file; empty for standard input, which needs {@code --filename-override}
   * @throws PaleException 489 when no file is named
   */
  static SopsWork on(Session session, FileOptions options, String name) {
    boolean input = name.isEmpty() ? !options.filenameOverride.isEmpty() : isInput(name);
    if (name.isEmpty() && !input) {
      throw PaleException.of(
          489, "no file is named", "", "name one: pale sops decrypt secrets.yaml");
    }
    return new SopsWork(
        session,
        options,
        input ? Optional.empty() : Optional.of(session.context().cwd().resolve(name).normalize()));
  }

  private static boolean isInput(String name) {
    return name.equals("/dev/stdin") || name.equals("-");
  }

  /** The file; error 489 where standard input is read, which cannot be written. */
  Path file() {
    return file.orElseThrow(
        () -> PaleException.of(489, "this needs a file", "standard input cannot be replaced", ""));
  }

  Optional<Path> fileIfAny() {
    return file;
  }

  /** As it is called in messages and in the audit log. */
  String name() {
    return file.map(
            path -> {
              Path cwd = session.context().cwd();
              return path.startsWith(cwd) ? cwd.relativize(path).toString() : path.toString();
            })
        .orElse("standard input");
  }

  /** The path by which type and rule are chosen. */
  private Path named() {
    return options.filenameOverride.isEmpty()
        ? file.orElse(session.context().cwd())
        : session.context().cwd().resolve(options.filenameOverride).normalize();
  }

  byte[] content() {
    if (file.isPresent()) {
      return WholeFile.read(file.get());
    }
    try {
      return WholeFile.bounded(session.context().in(), "standard input");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SopsFormat input() {
    return options.inputType.isEmpty()
        ? SopsFormat.ofFileName(named().toString())
        : type(options.inputType, "--input-type");
  }

  SopsFormat output() {
    if (!options.outputType.isEmpty()) {
      return type(options.outputType, "--output-type");
    }
    SopsFormat byName = SopsFormat.ofFileName(named().toString());
    return byName == SopsFormat.BINARY ? input() : byName;
  }

  private static SopsFormat type(String name, String option) {
    return SopsFormat.ofTypeName(name)
        .orElseThrow(() ->
            PaleException.of(
                488, option + " does not know that type", "", "yaml, json, dotenv, ini or binary"));
  }

  SopsTree.Indent indent(SopsFormat format) {
    Optional<Integer> wanted = options.indent.or(() -> config().flatMap(c -> c.indent(format)));
    if (wanted.isEmpty() || (format == SopsFormat.YAML && wanted.get() <= 0)) {
      return SopsTree.Indent.DEFAULT;
    }
    int spaces = wanted.get();
    if (spaces < -1 || spaces > 16) {
      throw PaleException.of(488, "--indent takes -1 to 16", "", "");
    }
    return spaces < 0 ? SopsTree.Indent.TAB : new SopsTree.Indent(spaces);
  }

  /** The {@code .sops.yaml} that speaks for the file. */
  Optional<SopsConfig> config() {
    if (!configRead) {
      configRead = true;
      Path cwd = session.context().cwd();
      String set =
          options.config.isEmpty() ? session.context().variable("SOPS_CONFIG") : options.config;
      Optional<Path> path =
          set.isEmpty()
              ? found(cwd).or(() -> parent().flatMap(this::found))
              : Optional.of(cwd.resolve(set));
      config = path.map(SopsConfig::load);
      config.ifPresent(each -> warnings.addAll(each.warnings()));
    }
    return config;
  }

  /**
   * Looks upwards. In a folder that everybody can write, such as {@code /tmp}, another user could
   * have put a file that names keys of theirs: it counts only where the folder that was started
   * from is theirs too.
   */
  private Optional<Path> found(Path folder) {
    Optional<Path> path = SopsConfig.find(folder, warnings);
    path.ifPresent(file -> {
      try {
        Object owner = Files.getAttribute(file, "unix:uid");
        if (!owner.equals((int) session.context().uid())
            && !owner.equals(0)
            && !owner.equals(Files.getAttribute(folder, "unix:uid"))) {
          throw PaleException.of(
              478,
              file + " cannot be used",
              "it belongs to another user",
              "if you trust it: --config " + file);
        }
      } catch (IOException e) {
        throw PaleException.of(478, file + " cannot be used", "it cannot be looked at", "", e);
      }
    });
    return path;
  }

  private Optional<Path> parent() {
    return Optional.ofNullable(named().getParent());
  }

  /** The creation rule of the file; empty when there is none for any file. */
  Optional<CreationRule> rule(Map<String, String> context) {
    Optional<SopsConfig> speaking = config();
    // Who only decrypts need not hear of them.
    warnings.stream().distinct().forEach(session.screen()::warning);
    warnings.clear();
    return speaking.flatMap(c -> c.ruleFor(named(), context, now()));
  }

  /**
   * Metadata of a new file, keys not wrapped yet.
   *
   * @throws PaleException 499 when nothing names a key, 479 when no rule matches
   */
  SopsMetadata metadata(KeyOptions keys, SelectorOptions selectors) {
    Map<String, String> environment = session.context().environment();
    var named = keys.keys(environment, now());
    // As with sops a rule must match even where the command names the keys.
    Optional<CreationRule> rule = rule(keys.context());
    if (named.isEmpty() && rule.isEmpty()) {
      throw PaleException.of(
          499,
          "nothing says to which keys " + name() + " is encrypted",
          config().isPresent()
              ? config().get().file() + " has no creation rules"
              : "there is no .sops.yaml, and the command names no key",
          "name one: --age RECIPIENT, or write a .sops.yaml");
    }
    return SopsMetadata.of(
        named.isEmpty() ? rule.orElseThrow().groups() : List.of(named),
        keys.thresholdOr(rule.map(CreationRule::shamirThreshold)),
        selectors.selector(rule),
        selectors.macOnly(rule));
  }

  List<KeyService> services() {
    return services.all();
  }

  /** The encrypted file. */
  SopsFile sealed() {
    return SopsFile.parse(input(), content());
  }

  /** Its data key; the caller wipes it. */
  byte[] dataKey(SopsFile sealed) {
    String order =
        options.decryptionOrder.orElseGet(
            () -> session.context().variable("SOPS_DECRYPTION_ORDER"));
    return DataKeys.unwrap(sealed.metadata(), services(), DataKeys.order(order));
  }

  /** Opens it, and says what its format does not guard. */
  Decrypted open(SopsFile sealed, byte[] dataKey) {
    Decrypted opened =
        options.ignoreMac ? sealed.decryptIgnoringMac(dataKey) : sealed.decrypt(dataKey);
    warn(opened);
    return opened;
  }

  private void warn(Decrypted opened) {
    List<String> lesser = new ArrayList<>();
    for (SopsWarning warning : opened.warnings()) {
      if (warning.kind().serious()) {
        session.screen().warning(name() + ": " + warning.text());
      } else {
        lesser.add(warning.text());
      }
    }
    if (!lesser.isEmpty()) {
      session.screen().warning(name() + ": " + String.join("; ", lesser));
    }
    if (opened.mac() != Decrypted.Mac.OK
        && opened.warnings().stream()
            .noneMatch(each -> each.kind() == SopsWarning.Kind.MAC_IGNORED)) {
      session.screen().warning(name() + ": " + SopsWarning.Kind.MAC_IGNORED.words());
    }
  }

  Instant now() {
    return Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /** Records a deed: the file and perhaps keys, never a value. */
  void record(String command, String detail) {
    session.recordWithoutKey(
        "sops " + command, true, name() + (detail.isEmpty() ? "" : " " + detail));
  }

  @Override
  public void close() {
    services.close();
  }
}
