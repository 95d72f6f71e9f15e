package dev.pale.providers.doppler;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.util.Optional;

/** A project's config; Doppler's slugs and names, as they are written. */
record Place(String project, String config) {
  private static final int MOST = 256;

  /** From {@code PROJECT/CONFIG}; error 613 for anything else. */
  static Place parse(String text) {
    return tryParse(text)
        .orElseThrow(() ->
            PaleException.of(
                613,
                "not a place in Doppler",
                "it is PROJECT/CONFIG",
                "for instance acme-api/dev"));
  }

  private static Optional<Place> tryParse(String text) {
    String[] parts = text.split("/", -1);
    return parts.length == 2 && isName(parts[0]) && isName(parts[1])
        ? Optional.of(new Place(parts[0], parts[1]))
        : Optional.empty();
  }

  /** Where a reference {@code PROJECT/CONFIG/NAME} leads; empty for what is none. */
  static Optional<Place> of(Reference reference) {
    int slash = reference.path().lastIndexOf('/');
    if (slash < 0
        || !reference.query().isEmpty()
        || !reference.fragment().isEmpty()
        || !reference.path().substring(slash + 1).matches("[A-Za-z_][A-Za-z0-9_]{0,254}")) {
      return Optional.empty();
    }
    return tryParse(reference.path().substring(0, slash));
  }

  /** The last part of a reference. */
  static String name(Reference reference) {
    return reference.path().substring(reference.path().lastIndexOf('/') + 1);
  }

  private static boolean isName(String text) {
    return text.length() <= MOST && text.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*");
  }

  String text() {
    return project + "/" + config;
  }
}
