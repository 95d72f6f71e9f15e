package dev.pale.vault;

/** The rows of a query, one after the other. Columns count from 1. Must be closed. */
final class Rows implements AutoCloseable {
  private final Sqlite.Statement statement;

  Rows(Sqlite.Statement statement) {
    this.statement = statement;
  }

  boolean next() {
    return statement.step();
  }

  /** As bytes; a NULL, which only damage or a missing partner row makes, is empty. */
  byte[] bytes(int column) {
    return statement.bytes(column - 1);
  }

  String text(int column) {
    return statement.text(column - 1);
  }

  long number(int column) {
    return statement.number(column - 1);
  }

  @Override
  public void close() {
    statement.reset();
  }
}
