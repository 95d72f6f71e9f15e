package dev.pale.providers.onepassword;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An item with its fields and files, and which of them a reference means. */
final class Item {
  /** The section in which 1Password keeps fields that people add without naming one. */
  private static final String DEFAULT_SECTION = "add more";

  private final JsonObject json;

  Item(JsonObject json) {
    this.json = json;
  }

  String id() {
    return text(json, "id");
  }

  String title() {
    return text(json, "title");
  }

  /** What a reference means. */
  sealed interface Part {
    /** A text. */
    record Text(String text) implements Part {
      @Override
      public String toString() {
        return "[text]";
      }
    }

    /** The content of a file, still to be fetched. */
    record FileContent(String id) implements Part {}

    /** There is no such thing. */
    record None(String why) implements Part {}
  }

  /**
   * Finds what a reference names.
   *
   * @throws PaleException 628 when several fields or files are meant, 627 when the service does not
   *     give what is asked for
   */
  Part find(OpReference wanted) {
    List<JsonObject> fields = candidates("fields", "label", wanted);
    if (fields.size() == 1) {
      return field(fields.getFirst(), wanted);
    }
    List<JsonObject> files = fields.isEmpty() ? candidates("files", "name", wanted) : List.of();
    if (files.size() == 1) {
      return file(files.getFirst(), wanted);
    }
    int found = fields.size() + files.size();
    if (found > 1) {
      throw PaleException.of(
          628,
          wanted.text() + " is ambiguous",
          found + (fields.isEmpty() ? " files" : " fields") + " of the item match",
          "name the section, or the field by its id");
    }
    if (!wanted.section().isEmpty() && !hasSection(wanted.section())) {
      return new Part.None("the item has no section '" + wanted.section() + "'");
    }
    return new Part.None(
        "the item has no field or file '"
            + wanted.field()
            + "'"
            + (wanted.section().isEmpty() ? "" : " in section '" + wanted.section() + "'"));
  }

  /** Without a section, what is in none comes before what is in one, as in 1Password itself. */
  private List<JsonObject> candidates(String list, String label, OpReference wanted) {
    List<JsonObject> outside = new ArrayList<>();
    List<JsonObject> inside = new ArrayList<>();
    for (JsonValue each : JsonAnswers.items(json, list)) {
      JsonObject part = object(each);
      if (is(wanted.field(), part, label)) {
        (sectionOf(part).isEmpty() ? outside : inside).add(part);
      }
    }
    if (wanted.section().isEmpty()) {
      return outside.isEmpty() ? inside : outside;
    }
    List<JsonObject> result = new ArrayList<>();
    for (JsonObject part : inside) {
      if (isIn(part, wanted.section())) {
        result.add(part);
      }
    }
    return result;
  }

  private static boolean is(String wanted, JsonObject part, String label) {
    return wanted.equalsIgnoreCase(JsonAnswers.text(part, "id").orElse(""))
        || wanted.equalsIgnoreCase(JsonAnswers.text(part, label).orElse(""));
  }

  private static Optional<JsonObject> sectionOf(JsonObject part) {
    return JsonAnswers.inside(part, "section")
        .filter(section -> JsonAnswers.text(section, "id").filter(id -> !id.isEmpty()).isPresent())
        .filter(section -> !JsonAnswers.text(section, "id").orElse("").equals(DEFAULT_SECTION));
  }

  /** The label stands with the item's sections, and beside the id only in some answers. */
  private boolean isIn(JsonObject part, String wanted) {
    JsonObject section = sectionOf(part).orElse(part);
    if (is(wanted, section, "label")) {
      return true;
    }
    String id = JsonAnswers.text(section, "id").orElse("");
    for (JsonValue each : JsonAnswers.items(json, "sections")) {
      JsonObject known = object(each);
      if (id.equals(JsonAnswers.text(known, "id").orElse("")) && is(wanted, known, "label")) {
        return true;
      }
    }
    return false;
  }

  private boolean hasSection(String wanted) {
    for (JsonValue each : JsonAnswers.items(json, "sections")) {
      if (is(wanted, object(each), "label")) {
        return true;
      }
    }
    return false;
  }

  private static Part field(JsonObject field, OpReference wanted) {
    if (!wanted.sshFormat().isEmpty()) {
      return JsonAnswers.text(field, "ssh_formats", wanted.sshFormat(), "value")
          .<Part>map(Part.Text::new)
          .orElseThrow(
              () -> withheld(wanted, "it gives keys as they are kept, in PKCS #8", "ssh-format"));
    }
    Optional<String> text =
        switch (wanted.attribute()) {
          case "value" -> JsonAnswers.text(field, "value").filter(value -> !value.isEmpty());
          case "otp", "totp" -> JsonAnswers.text(field, "totp").filter(code -> !code.isEmpty());
          case "type", "id", "purpose" -> JsonAnswers.text(field, wanted.attribute());
          case "title", "label" -> JsonAnswers.text(field, "label");
          default -> throw withheld(wanted, "a field has no such attribute", "attribute");
        };
    return text.<Part>map(Part.Text::new)
        .orElseGet(() ->
            new Part.None(
                wanted.attribute().equals("value")
                    ? "the field has no value"
                    : "the field has no attribute '" + wanted.attribute() + "'"));
  }

  private static Part file(JsonObject file, OpReference wanted) {
    if (!wanted.sshFormat().isEmpty()) {
      throw withheld(wanted, "a file is given as it is", "ssh-format");
    }
    return switch (wanted.attribute()) {
      case "value", "content" -> new Part.FileContent(text(file, "id"));
      case "id", "name" -> new Part.Text(text(file, wanted.attribute()));
      case "size" ->
          JsonAnswers.at(file, "size")
              .filter(JsonNumber.class::isInstance)
              .<Part>map(size -> new Part.Text(((JsonNumber) size).literal()))
              .orElse(new Part.None("the file has no size"));
      default -> throw withheld(wanted, "a file has no such attribute", "attribute");
    };
  }

  private static PaleException withheld(OpReference wanted, String why, String what) {
    return PaleException.of(
        627,
        "1Password does not give out " + wanted.text(),
        why,
        "leave " + what + " out, or use 1Password's own program (op)");
  }

  /** References to all fields and files, by name where that is possible, else by id. */
  List<String> references(String vault) {
    List<String> result = new ArrayList<>();
    String item = part(title(), id());
    for (JsonValue each : JsonAnswers.items(json, "fields")) {
      add(result, vault + "/" + item, object(each), "label");
    }
    for (JsonValue each : JsonAnswers.items(json, "files")) {
      add(result, vault + "/" + item, object(each), "name");
    }
    return result;
  }

  private void add(List<String> result, String item, JsonObject part, String label) {
    String id = JsonAnswers.text(part, "id").orElse("");
    String section =
        sectionOf(part)
            .map(each -> part(labelOf(each), JsonAnswers.text(each, "id").orElse("")) + "/")
            .orElse("");
    String byName = item + "/" + section + part(JsonAnswers.text(part, label).orElse(""), id);
    String byId = item + "/" + section + id;
    result.add(result.contains(byName) ? byId : byName);
  }

  private String labelOf(JsonObject section) {
    String id = JsonAnswers.text(section, "id").orElse("");
    for (JsonValue each : JsonAnswers.items(json, "sections")) {
      if (id.equals(JsonAnswers.text(object(each), "id").orElse(""))) {
        return JsonAnswers.text(object(each), "label").orElse("");
      }
    }
    return JsonAnswers.text(section, "label").orElse("");
  }

  /** A name where a reference can hold it, else the id. */
  static String part(String name, String id) {
    return name.matches("[A-Za-z0-9_. -]+") && !name.isBlank() ? name : id;
  }

  static JsonObject object(JsonValue value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw JsonAnswers.notUnderstood(Connect.SERVICE, "an entry is no object");
  }

  static String text(JsonObject object, String name) {
    return JsonAnswers.text(object, name)
        .orElseThrow(
            () -> JsonAnswers.notUnderstood(Connect.SERVICE, "an entry has no text " + name));
  }
}
