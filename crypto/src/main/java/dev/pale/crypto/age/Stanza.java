package dev.pale.crypto.age;

import java.util.List;

/** The file key as one recipient can read it: a type, arguments, and a body. Not secret. */
final class Stanza {
  private final String type;
  private final List<String> arguments;
  private final byte[] body;

  Stanza(String type, List<String> arguments, byte[] body) {
    this.type = type;
    this.arguments = List.copyOf(arguments);
    this.body = body;
  }

  String type() {
    return type;
  }

  List<String> arguments() {
    return arguments;
  }

  /** The array itself; nobody changes it. */
  byte[] body() {
    return body;
  }
}
