package dev.pale.gateway.inject;

import dev.pale.secrets.SecretName;
import java.util.List;

/** What the numbers of the needles mean. */
final class Labels {
  private final int reals;
  private final List<SecretName> names;
  private final List<Group> groups;

  /**
   * Numbers from 0 are real values, those after them the placeholders.
   *
   * @param names of the real values that are looked for
   */
  Labels(List<SecretName> names, List<Group> groups) {
    this.reals = names.size();
    this.names = List.copyOf(names);
    this.groups = List.copyOf(groups);
  }

  int groups() {
    return groups.size();
  }

  Group groupAt(int index) {
    return groups.get(index);
  }

  boolean isReal(int label) {
    return label < reals;
  }

  /** The number of the group of a placeholder's label. */
  int group(int label) {
    return label - reals;
  }

  SecretName name(int label) {
    return isReal(label) ? names.get(label) : groups.get(label - reals).name;
  }
}
