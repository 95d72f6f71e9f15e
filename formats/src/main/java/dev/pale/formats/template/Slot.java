package dev.pale.formats.template;

/**
 * A place in a template where a value goes.
 *
 * @param written the reference as it stands in the template, variables not yet replaced
 * @param line from 1
 * @param column in characters, from 1
 */
public record Slot(String written, int line, int column) {
  /** The scheme: what stands before {@code ://}. */
  public String scheme() {
    return written.substring(0, written.indexOf("://"));
  }

  /** Where it is, as {@code line:column}. */
  public String position() {
    return line + ":" + column;
  }
}
