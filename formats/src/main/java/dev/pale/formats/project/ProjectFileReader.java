package dev.pale.formats.project;

import dev.pale.formats.toml.TomlTable;
import dev.pale.formats.toml.TomlValue;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.SecretName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From a tree of TOML to {@link ProjectFile}. */
final class ProjectFileReader {
  private static final Schema SCHEMA = new Schema(ProjectFile.NAME);

  /** Tables of later versions: refused with a hint that this Pale is too old for the file. */
  private static final String[] LATER = {
    "guard", "providers", "scan", "server", "stack", "hooks", "team"
  };

  /** Here and not in the reader for it, which most runs never load. */
  private static final String GATEWAY = "gateway";

  /** Keys of a secret that every run knows; any other needs a closer look. */
  private static final String[] COMMON = {
    "description", "optional", "deliver", "hosts", "from", "age"
  };

  private ProjectFileReader() {}

  static ProjectFile read(TomlTable root) {
    refuseLater(root);
    SCHEMA.requireKnown(
        root,
        "",
        "project",
        "environment",
        "require_reason",
        "secrets",
        "run",
        "fence",
        GATEWAY,
        InRepoReader.RECIPIENTS,
        InRepoReader.ENVIRONMENTS);
    if (mayHoldValues(root)) {
      // A class that most runs never load.
      InRepoReader.check(SCHEMA, root);
    }
    if (root.get(GATEWAY).isPresent()) {
      new GatewayReader(ProjectFile.NAME).project(SCHEMA.table(root, GATEWAY));
    }
    TomlTable run = SCHEMA.table(root, "run");
    SCHEMA.requireKnown(run, " in [run]", "mask");
    return new ProjectFile(
        segment(root, "project"),
        segment(root, "environment"),
        secrets(SCHEMA.table(root, "secrets")),
        requireReason(SCHEMA, root),
        mask(SCHEMA, run),
        SCHEMA.table(root, "fence"),
        root);
  }

  private static boolean mayHoldValues(TomlTable root) {
    if (root.get(InRepoReader.RECIPIENTS).isPresent()
        || root.get(InRepoReader.ENVIRONMENTS).isPresent()) {
      return true;
    }
    if (root.get(InRepoReader.SECRETS).orElse(root) instanceof TomlTable secrets) {
      for (String name : secrets.keys()) {
        if (secrets.get(name).orElse(root) instanceof TomlTable table
            && table.get(InRepoReader.AGE).isPresent()) {
          return true;
        }
      }
    }
    return false;
  }

  private static void refuseLater(TomlTable root) {
    for (String later : LATER) {
      Optional<TomlValue> value = root.get(later);
      if (value.isPresent()) {
        throw PaleException.of(
            411,
            ProjectFile.NAME
                + " line "
                + value.get().line()
                + ": this pale does not know ["
                + later
                + "]",
            "leaving it out silently could leave a protection out",
            "update pale or remove the table");
      }
    }
  }

  static Optional<RequireReason> requireReason(Schema schema, TomlTable table) {
    return switch (schema.oneOf(table, "require_reason", "never", "agents", "all")) {
      case 0 -> Optional.of(RequireReason.NEVER);
      case 1 -> Optional.of(RequireReason.AGENTS);
      case 2 -> Optional.of(RequireReason.ALL);
      default -> Optional.empty();
    };
  }

  static Optional<MaskMode> mask(Schema schema, TomlTable table) {
    return switch (schema.oneOf(table, "mask", "auto", "always")) {
      case 0 -> Optional.of(MaskMode.AUTO);
      case 1 -> Optional.of(MaskMode.ALWAYS);
      default -> Optional.empty();
    };
  }

  private static Optional<String> segment(TomlTable root, String key) {
    Optional<String> text = SCHEMA.text(root, key);
    if (text.isPresent() && !Place.isSegment(text.get())) {
      throw SCHEMA.notAllowed(
          root.get(key).orElse(root),
          key,
          "lower-case letters, digits, '-', '_' and '.', starting with a letter or digit, at most"
              + " 64 characters");
    }
    return text;
  }

  private static List<SecretDeclaration> secrets(TomlTable secrets) {
    List<SecretDeclaration> declarations = new ArrayList<>();
    for (String key : secrets.keys()) {
      TomlValue value = secrets.get(key).orElse(secrets);
      if (!SecretName.isValid(key)) {
        throw PaleException.of(
            413,
            ProjectFile.NAME + " line " + value.line() + ": not a secret name",
            "a name is letters, digits and _ and does not start with a digit",
            "write [secrets.NAME], for instance [secrets.DATABASE_URL]");
      }
      if (!(value instanceof TomlTable table)) {
        throw PaleException.of(
            412,
            ProjectFile.NAME + " line " + value.line() + ": secrets." + key + " is " + value.kind(),
            "pale.toml declares secrets and never holds their values",
            "write [secrets."
                + key
                + "]; a value goes into the vault: pale set "
                + key
                + "; if one was here, replace it where it was issued");
      }
      declarations.add(declaration(SecretName.of(key), table));
    }
    return declarations;
  }

  private static SecretDeclaration declaration(SecretName name, TomlTable table) {
    SCHEMA.requireKnown(
        table,
        " in [secrets." + name + "]",
        "description",
        "optional",
        "deliver",
        "hosts",
        "from",
        InRepoReader.AGE,
        "service",
        "slots",
        "preset",
        "placeholder",
        "when_absent",
        "shared_hosts",
        "plain_http");
    Deliver deliver =
        switch (SCHEMA.oneOf(table, "deliver", "env", "file", "fifo", "gateway", "never")) {
          case 1 -> Deliver.FILE;
          case 2 -> Deliver.FIFO;
          case 3 -> Deliver.GATEWAY;
          case 4 -> Deliver.NEVER;
          default -> Deliver.ENV;
        };
    List<String> hosts = SCHEMA.texts(table, "hosts");
    for (String host : hosts) {
      if (!GatewayReader.isHost(host)) {
        throw SCHEMA.notAllowed(table.get("hosts").orElse(table), "hosts", GatewayReader.HOSTS);
      }
    }
    if (!hosts.isEmpty() || hasMore(table)) {
      GatewayReader.checkSecret(SCHEMA, table, deliver, hosts);
    }
    return new SecretDeclaration(
        name,
        SCHEMA.text(table, "description").orElse(""),
        SCHEMA.truth(table, "optional", false),
        deliver,
        hosts,
        from(table),
        table.line());
  }

  private static String from(TomlTable table) {
    Optional<String> from = SCHEMA.text(table, "from");
    if (from.isEmpty()) {
      return "";
    }
    int sign = from.get().indexOf("://");
    boolean reference = sign > 0 && from.get().length() > sign + 3;
    for (int i = 0; i < from.get().length(); i++) {
      char c = from.get().charAt(i);
      boolean scheme = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '+';
      reference &= c >= ' ' && c != 0x7f && (i >= sign || scheme);
    }
    if (!reference) {
      throw SCHEMA.notAllowed(
          table.get("from").orElse(table), "from", "a reference such as op://vault/item/field");
    }
    return from.get();
  }

  private static boolean hasMore(TomlTable table) {
    for (String key : table.keys()) {
      boolean common = false;
      for (String each : COMMON) {
        common |= each.equals(key);
      }
      if (!common) {
        return true;
      }
    }
    return false;
  }
}
