package dev.pale.formats.project;

import dev.pale.formats.toml.TomlTable;
import dev.pale.formats.toml.TomlValue;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.SecretName;
import java.util.List;
import java.util.Optional;

/** The shape of values that a {@code pale.toml} holds itself, checked when the file is read. */
final class InRepoReader {
  static final String RECIPIENTS = "recipients";
  static final String ENVIRONMENTS = "environments";
  static final String SECRETS = "secrets";
  static final String AGE = "age";

  /** Every recipient makes every value longer. */
  private static final int MAX_RECIPIENTS = 256;

  private InRepoReader() {}

  static void check(Schema schema, TomlTable root) {
    boolean general = recipients(schema, root);
    TomlTable secrets = schema.table(root, SECRETS);
    for (String name : secrets.keys()) {
      if (secrets.get(name).orElse(secrets) instanceof TomlTable table) {
        value(schema, table, general);
        if (table.get(AGE).isPresent() && table.get("from").isPresent()) {
          throw schema.notAllowed(
              table.get("from").orElse(table), "from", "a value is here, or elsewhere: not both");
        }
      }
    }
    TomlTable environments = schema.table(root, ENVIRONMENTS);
    for (String name : environments.keys()) {
      TomlTable environment = schema.table(environments, name);
      if (!Place.isSegment(name)) {
        throw schema.notAllowed(environment, "[environments.…]", "the name of an environment");
      }
      schema.requireKnown(environment, " in [environments." + name + "]", RECIPIENTS, SECRETS);
      boolean own = recipients(schema, environment);
      TomlTable values = schema.table(environment, SECRETS);
      for (String secret : values.keys()) {
        TomlTable table = schema.table(values, secret);
        if (!SecretName.isValid(secret)) {
          throw schema.notAllowed(table, "secrets", "letters, digits and _, no digit first");
        }
        schema.requireKnown(table, " in [environments." + name + ".secrets]", AGE);
        value(schema, table, own || general);
      }
    }
  }

  private static boolean recipients(Schema schema, TomlTable table) {
    List<String> texts = schema.texts(table, RECIPIENTS);
    for (String text : texts) {
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) < ' ' || text.charAt(i) > '~' || texts.size() > MAX_RECIPIENTS) {
          throw schema.notAllowed(
              table.get(RECIPIENTS).orElse(table),
              RECIPIENTS,
              "at most 256 of age1… and ssh-ed25519 …, in ASCII");
        }
      }
    }
    return !texts.isEmpty();
  }

  private static void value(Schema schema, TomlTable table, boolean recipients) {
    Optional<String> text = schema.text(table, AGE);
    if (text.isPresent() && !recipients) {
      TomlValue value = table.get(AGE).orElse(table);
      throw PaleException.of(
          413,
          ProjectFile.NAME + " line " + value.line() + ": an encrypted value without recipients",
          "recipients = [\"age1…\"] says who can read the values of this file",
          "pale recipients add RECIPIENT");
    }
  }
}
