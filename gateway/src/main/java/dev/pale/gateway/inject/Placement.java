package dev.pale.gateway.inject;

import dev.pale.gateway.service.Slot;

/**
 * A placeholder in one of its slots.
 *
 * @param group whose placeholder
 * @param binding the binding that allows it here
 * @param slot which slot
 * @param origin the same, or the {@link Slot.Together} that it is part of
 * @param section the section of the head, see {@link Head}; 0 for a body
 * @param from first byte to replace, counted from the start of the section
 * @param to byte after the last to replace
 */
record Placement(
    Group group, Binding binding, Slot slot, Slot origin, int section, int from, int to) {
  boolean isSameAs(Placement other) {
    return group == other.group
        && section == other.section
        && from == other.from
        && slot.equals(other.slot);
  }

  Use use() {
    return new Use(group.name, slot.text());
  }
}
