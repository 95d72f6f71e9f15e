package dev.pale.providers.aws;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The query of a reference. */
final class Parameters {
  private Parameters() {}

  /**
   * By name.
   *
   * @throws PaleException 613 for one that is not known, empty, or there twice: a misspelt {@code
   *     version} must not read the current one
   */
  static Map<String, String> of(Reference reference, Set<String> known) {
    Map<String, String> found = new HashMap<>();
    if (reference.query().isEmpty()) {
      return found;
    }
    for (String part : reference.query().split("&", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      String value = equals < 0 ? "" : part.substring(equals + 1);
      if (!known.contains(name) || value.isEmpty() || found.put(name, value) != null) {
        throw PaleException.of(
            613,
            "the reference's query is not understood",
            "after ? there may be "
                + String.join(" and ", known.stream().sorted().toList())
                + ", each once, as name=value",
            "");
      }
    }
    return found;
  }
}
