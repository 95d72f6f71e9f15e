package dev.pale.formats.foreign;

import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One variable of another tool's file: where its value is, or the value itself.
 *
 * <p>No record: it may hold a value. Immutable but for {@link #close()}.
 */
public final class ForeignSecret implements AutoCloseable {
  private final SecretName name;
  private final String environment;
  private final int line;
  private String description = "";
  private boolean optional;
  private String reference = "";
  private byte[] age = new byte[0];
  private @Nullable SecretValue value;

  ForeignSecret(SecretName name, String environment, int line) {
    this.name = name;
    this.environment = environment;
    this.line = line;
  }

  ForeignSecret described(String text) {
    description = text;
    return this;
  }

  ForeignSecret optionalIf(boolean may) {
    optional = may;
    return this;
  }

  ForeignSecret from(String where) {
    reference = where;
    return this;
  }

  ForeignSecret encrypted(byte[] ageFile) {
    age = ageFile;
    return this;
  }

  ForeignSecret holding(SecretValue plain) {
    value = plain;
    return this;
  }

  /** The variable. */
  public SecretName name() {
    return name;
  }

  /** For which environment; empty for all that say nothing else. */
  public String environment() {
    return environment;
  }

  /** The line in the file, from 1; 0 when it is not known. */
  public int line() {
    return line;
  }

  /** For people; may be empty. */
  public String description() {
    return description;
  }

  /** Whether a program does without it. */
  public boolean isOptional() {
    return optional;
  }

  /** Where the value is, as a reference of Pale's; empty when it is not in another store. */
  public String reference() {
    return reference;
  }

  /** An age file, binary or armored, that holds the value; empty for none. */
  public byte[] ageFile() {
    return age.clone();
  }

  /** The value, when the file holds it openly; still owned by this. */
  public Optional<SecretValue> value() {
    return Optional.ofNullable(value);
  }

  /** Wipes the value. */
  @Override
  public void close() {
    if (value != null) {
      value.close();
    }
  }

  @Override
  public String toString() {
    return name + (environment.isEmpty() ? "" : " (" + environment + ")");
  }
}
