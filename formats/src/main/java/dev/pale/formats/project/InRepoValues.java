package dev.pale.formats.project;

import dev.pale.formats.toml.TomlTable;
import dev.pale.formats.toml.TomlValue;
import dev.pale.secrets.SecretName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The encrypted values that a {@code pale.toml} holds, and whom they are encrypted to. Nothing is
 * decrypted here.
 *
 * <p>A value is meant for every environment, {@link #ALL}, or for one; the one for the environment
 * wins. An environment without recipients of its own has those of the whole file.
 *
 * <p>Immutable and thread-safe.
 */
public final class InRepoValues {
  /** The scope of what is for every environment. */
  public static final String ALL = "*";

  private final List<Entry> entries = new ArrayList<>();
  private final SortedMap<String, SortedSet<String>> recipients = new TreeMap<>();

  /**
   * A value.
   *
   * @param scope {@link #ALL}, or an environment
   * @param text base64 of a binary age file
   * @param line where it is, from 1
   */
  public record Entry(String scope, SecretName name, String text, int line) {
    /** The table that holds it, as {@link dev.pale.formats.toml.TomlEditor} names tables. */
    public String table() {
      return InRepoValues.table(scope, name);
    }

    @Override
    public String toString() {
      return name + " (" + scope + ")";
    }
  }

  private InRepoValues() {}

  /** What the file holds; checked when the file was read. */
  public static InRepoValues of(ProjectFile file) {
    InRepoValues values = new InRepoValues();
    Schema schema = new Schema(ProjectFile.NAME);
    TomlTable root = file.tree();
    values.add(schema, ALL, root);
    TomlTable environments = schema.table(root, InRepoReader.ENVIRONMENTS);
    for (String name : environments.keys()) {
      values.add(schema, name, schema.table(environments, name));
    }
    return values;
  }

  private void add(Schema schema, String scope, TomlTable table) {
    if (table.get(InRepoReader.RECIPIENTS).isPresent()) {
      recipients.put(scope, new TreeSet<>(schema.texts(table, InRepoReader.RECIPIENTS)));
    }
    TomlTable secrets = schema.table(table, InRepoReader.SECRETS);
    for (String name : secrets.keys()) {
      TomlTable secret = schema.table(secrets, name);
      Optional<String> text = schema.text(secret, InRepoReader.AGE);
      if (text.isPresent()) {
        int line = secret.get(InRepoReader.AGE).map(TomlValue::line).orElse(secret.line());
        entries.add(new Entry(scope, SecretName.of(name), text.get(), line));
      }
    }
  }

  /** The values of an environment, by name. */
  public SortedMap<SecretName, Entry> in(String environment) {
    SortedMap<SecretName, Entry> found = new TreeMap<>();
    for (Entry entry : entries) {
      if (entry.scope().equals(environment)
          || (entry.scope().equals(ALL) && !found.containsKey(entry.name()))) {
        found.put(entry.name(), entry);
      }
    }
    return found;
  }

  /** All values of the file, in its order. */
  public List<Entry> all() {
    return List.copyOf(entries);
  }

  /** Whom values of a scope are encrypted to; empty when nobody is named. */
  public SortedSet<String> recipients(String scope) {
    SortedSet<String> own = recipients.get(scope);
    SortedSet<String> found = own == null ? recipients.get(ALL) : own;
    return found == null ? new TreeSet<>() : new TreeSet<>(found);
  }

  /** The lists as the file has them, by scope. */
  public SortedMap<String, SortedSet<String>> recipients() {
    return new TreeMap<>(recipients);
  }

  /** The table of a value. */
  public static String table(String scope, SecretName name) {
    return secretsTable(scope) + "." + name;
  }

  /** The table of a scope's values. */
  public static String secretsTable(String scope) {
    return scope.equals(ALL) ? "secrets" : "environments." + scope + ".secrets";
  }

  /** The table of a scope's list of recipients. */
  public static String recipientsTable(String scope) {
    return scope.equals(ALL) ? "" : "environments." + scope;
  }
}
