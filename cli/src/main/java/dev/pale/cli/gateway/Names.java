package dev.pale.cli.gateway;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Names of secrets as options take them. */
final class Names {
  private Names() {}

  /** Names separated by commas, of an option that may be given several times. */
  static Set<SecretName> of(List<String> lists) {
    Set<SecretName> names = new TreeSet<>();
    for (String list : lists) {
      for (String name : list.split(",", -1)) {
        if (!name.isBlank()) {
          names.add(SecretName.of(name.strip()));
        }
      }
    }
    if (!lists.isEmpty() && names.isEmpty()) {
      throw PaleException.usage(130, "--only needs names", "", "separate names by commas");
    }
    return names;
  }
}
