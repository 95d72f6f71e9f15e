package dev.pale.providers.bitwarden;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Pages;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The names of an organisation's secrets and projects, decrypted. Immutable once read. */
final class Listing {
  private record Entry(String id, String key, List<String> projects) {}

  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, String> projectNames = new LinkedHashMap<>();
  private final Set<String> ids = new LinkedHashSet<>();
  private int undecrypted;

  private Listing() {}

  /**
   * From {@code {"secrets": […], "projects": […]}}. A name that cannot be decrypted leaves its
   * secret out, so that one damaged entry does not keep the others back; it is counted.
   */
  static Listing read(JsonObject answer, byte[] key) {
    Listing result = new Listing();
    Pages.of("the secrets of the organisation")
        .entries(JsonAnswers.items(answer, "secrets").size());
    for (JsonValue each : JsonAnswers.items(answer, "projects")) {
      result.project(object(each), key);
    }
    for (JsonValue each : JsonAnswers.items(answer, "secrets")) {
      JsonObject secret = object(each);
      String id = text(secret, "id").toLowerCase(Locale.ROOT);
      if (!Session.isId(id)) {
        throw JsonAnswers.notUnderstood(Session.SERVICE, "a secret has no id");
      }
      result.ids.add(id);
      List<String> projects = new ArrayList<>();
      for (JsonValue project : JsonAnswers.items(secret, "projects")) {
        projects.add(result.project(object(project), key));
      }
      try {
        String name = EncString.openText(text(secret, "key"), key, "the key of a secret");
        result.entries.add(new Entry(id, name, List.copyOf(projects)));
      } catch (PaleException e) {
        result.undecrypted++;
      }
    }
    return result;
  }

  private String project(JsonObject project, byte[] key) {
    String id = text(project, "id").toLowerCase(Locale.ROOT);
    if (!projectNames.containsKey(id)) {
      try {
        projectNames.put(id, EncString.openText(text(project, "name"), key, "a project's name"));
      } catch (PaleException e) {
        undecrypted++;
        projectNames.put(id, id);
      }
    }
    return id;
  }

  static JsonObject object(JsonValue value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw JsonAnswers.notUnderstood(Session.SERVICE, "an entry is no object");
  }

  static String text(JsonObject object, String name) {
    return JsonAnswers.text(object, name)
        .orElseThrow(
            () -> JsonAnswers.notUnderstood(Session.SERVICE, "an entry has no text " + name));
  }

  /** Whether the machine account may read a secret of this id, in lower case. */
  boolean has(String id) {
    return ids.contains(id);
  }

  /** For messages: how many names are missing here. */
  String undecrypted() {
    return undecrypted == 0 ? "" : "; " + undecrypted + " names cannot be decrypted";
  }

  /** The ids of the projects that are meant: by id, else by name. */
  List<String> projects(String nameOrId) {
    String id = nameOrId.toLowerCase(Locale.ROOT);
    if (projectNames.containsKey(id)) {
      return List.of(id);
    }
    List<String> result = new ArrayList<>();
    projectNames.forEach((each, name) -> {
      if (name.equals(nameOrId)) {
        result.add(each);
      }
    });
    return result;
  }

  /** The ids of a project's secrets of this key. */
  List<String> secrets(String project, String key) {
    List<String> result = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.key().equals(key) && entry.projects().contains(project)) {
        result.add(entry.id());
      }
    }
    return result;
  }

  /** References by name where that is unambiguous, else by id. */
  List<Reference> references(String scheme, String under) {
    Map<String, Integer> count = new HashMap<>();
    List<String> names = new ArrayList<>();
    List<String> wanted = under.isEmpty() ? List.of() : projects(under);
    List<Entry> shown = new ArrayList<>();
    for (Entry entry : entries) {
      if (under.isEmpty() || entry.projects().stream().anyMatch(wanted::contains)) {
        String name = name(entry, wanted);
        shown.add(entry);
        names.add(name);
        count.merge(name, 1, Integer::sum);
      }
    }
    List<Reference> result = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      String name = names.get(i);
      boolean usable =
          !name.isEmpty()
              && count.getOrDefault(name, 0) == 1
              && name.indexOf('?') < 0
              && name.indexOf('#') < 0;
      String byId = scheme + "://" + shown.get(i).id();
      result.add(
          (usable
                  ? Reference.tryParse(scheme + "://" + name)
                  : java.util.Optional.<Reference>empty())
              .orElseGet(() -> Reference.parse(byId)));
    }
    return result;
  }

  private String name(Entry entry, List<String> wanted) {
    for (String id : entry.projects()) {
      String name = projectNames.getOrDefault(id, id);
      if (wanted.isEmpty() || wanted.contains(id)) {
        String project =
            name.isEmpty() || name.indexOf('/') >= 0 || projects(name).size() != 1 ? id : name;
        return entry.key().isEmpty() ? "" : project + "/" + entry.key();
      }
    }
    return "";
  }
}
