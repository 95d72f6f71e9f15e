package dev.pale.formats.foreign;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import java.util.Map;

/** {@code .infisical.json}: {@code workspaceId}, {@code defaultEnvironment}, and no names. */
final class InfisicalReader {
  private InfisicalReader() {}

  static ForeignFile read(byte[] bytes, String source) {
    ForeignFile file = new ForeignFile(ForeignKind.INFISICAL);
    if (!(Json.parse(bytes, source) instanceof JsonValue.JsonObject root)) {
      throw Foreign.malformed(source, 1, "it is no object");
    }
    String workspace = text(root.members(), "workspaceId");
    String environment = text(root.members(), "defaultEnvironment");
    if (!workspace.matches("[A-Za-z0-9-]{1,64}")) {
      throw Foreign.malformed(source, 0, "it has no workspaceId");
    }
    file.environment(environment);
    String under = environment.matches("[A-Za-z0-9_-]{1,64}") ? environment : "ENV";
    file.note(
        "it names project "
            + workspace
            + " and no secrets: pale provider add infisical, then infisical://"
            + workspace
            + "/"
            + under
            + "/NAME is a reference to each");
    return file;
  }

  private static String text(Map<String, JsonValue> members, String key) {
    return members.get(key) instanceof JsonValue.JsonString text ? text.text() : "";
  }
}
