package dev.pale.gateway.inject;

import dev.pale.gateway.name.Authority;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.gateway.service.Slot;
import dev.pale.secrets.SecretName;

/** The refusals of this package: all name the secret and the place, none a value. */
final class Alarms {
  private Alarms() {}

  /**
   * What was found where it may not be.
   *
   * @param taken the groups whose placeholder was accepted elsewhere in the request
   */
  static Refusal misplaced(
      Labels labels,
      int label,
      Authority authority,
      boolean tls,
      String place,
      java.util.BitSet taken) {
    if (labels.isReal(label)) {
      return Refusal.alarm(
          403,
          "secret-leaving",
          "the real value of "
              + labels.name(label)
              + " is in "
              + place
              + " of a request to "
              + authority.host()
              + ": nothing but its placeholder may be sent from here",
          "use the placeholder in " + labels.name(label));
    }
    Group group = labels.groupAt(labels.group(label));
    if (group.isFor(authority, tls)) {
      return taken.get(group.index)
          ? twice(group.name, place)
          : wrongSlot(group, authority, tls, place);
    }
    return group.isForButPlain(authority, tls)
        ? plain(group, authority, place)
        : wrongHost(group, authority, place);
  }

  private static Refusal wrongHost(Group group, Authority authority, String place) {
    return Refusal.alarm(
        403,
        "placeholder-wrong-host",
        group.name + " is not for " + authority + ": its placeholder is in " + place,
        "send it only to the hosts that the policy names for " + group.name);
  }

  private static Refusal plain(Group group, Authority authority, String place) {
    return Refusal.alarm(
        403,
        "placeholder-plain-http",
        group.name + " may not go to " + authority + " without TLS: its placeholder is in " + place,
        "use https");
  }

  private static Refusal wrongSlot(Group group, Authority authority, boolean tls, String place) {
    StringBuilder slots = new StringBuilder();
    for (Binding binding : group.bindings) {
      if (binding.isFor(authority, tls)) {
        for (Slot slot : binding.slots()) {
          slots.append(slots.isEmpty() ? "" : ", ").append(slot.text());
        }
      }
    }
    return Refusal.alarm(
        403,
        "placeholder-wrong-slot",
        "the placeholder of " + group.name + " is in " + place + ", where it does not belong",
        "its slots for " + authority.host() + ": " + slots);
  }

  static Refusal twice(SecretName name, String place) {
    return Refusal.alarm(
        403,
        "placeholder-twice",
        "the placeholder of " + name + " is in the request more than once, also in " + place,
        "send it in one slot, once");
  }

  static Refusal unknown(String place) {
    return Refusal.alarm(
        403,
        "placeholder-unknown",
        "a placeholder that this session does not know is in " + place,
        "start the command again with fresh placeholders");
  }

  static Refusal unfit(SecretName name, String slot) {
    return Refusal.of(
        502,
        "secret-unfit",
        "the value of " + name + " has characters that cannot stand in " + slot,
        "store the value without line ends and control characters");
  }

  static Refusal ambiguous(SecretName name, String field) {
    return Refusal.of(
        400,
        "slot-ambiguous",
        "the request has more than one field " + field + ", one of them with " + name,
        "send the field once");
  }

  static Refusal badJson(SecretName name) {
    return Refusal.of(
        400,
        "bad-json-body",
        "the body has the placeholder of " + name + " but is no strict JSON",
        "send valid JSON without duplicate members");
  }

  static Refusal undecodable() {
    return Refusal.of(
        400,
        "undecodable-body",
        "the body is not what its Content-Encoding says",
        "send it without Content-Encoding");
  }

  static Refusal tooLargeInside() {
    return Refusal.of(
        413,
        "encoded-body-too-large",
        "the body is too large to be looked through once it is decompressed",
        "send it without Content-Encoding");
  }
}
