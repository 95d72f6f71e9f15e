package dev.pale.providers.infisical;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.util.Optional;

/**
 * A folder of a project's environment.
 *
 * @param project the project's id
 * @param environment its slug
 * @param path {@code /} or {@code /a/b}
 */
record Folder(String project, String environment, String path) {
  /** From {@code PROJECT_ID/ENV[/path/to]}; error 613 for anything else. */
  static Folder parse(String text) {
    return tryParse(text)
        .orElseThrow(() ->
            PaleException.of(
                613,
                "not a place in Infisical",
                "it is PROJECT_ID/ENV or PROJECT_ID/ENV/path/to/folder",
                "for instance 64f1…/dev/backend"));
  }

  private static Optional<Folder> tryParse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length < 2) {
      return Optional.empty();
    }
    for (String part : parts) {
      if (!part.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}")) {
        return Optional.empty();
      }
    }
    int path = parts[0].length() + 1 + parts[1].length();
    return Optional.of(
        new Folder(parts[0], parts[1], path == text.length() ? "/" : text.substring(path)));
  }

  /** Where a reference {@code PROJECT_ID/ENV/path/to/NAME} leads; empty for what is none. */
  static Optional<Folder> of(Reference reference) {
    int slash = reference.path().lastIndexOf('/');
    String name = reference.path().substring(slash + 1);
    if (slash < 0
        || !reference.query().isEmpty()
        || !reference.fragment().isEmpty()
        || name.isEmpty()
        || name.length() > 255) {
      return Optional.empty();
    }
    return tryParse(reference.path().substring(0, slash));
  }

  /** The last part of a reference. */
  static String name(Reference reference) {
    return reference.path().substring(reference.path().lastIndexOf('/') + 1);
  }

  String text() {
    return project + "/" + environment + (path.equals("/") ? "" : path);
  }
}
