package dev.pale.cli.gateway;

import dev.pale.formats.json.JsonWriter;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.policy.Mode;
import dev.pale.gateway.service.Slot;
import java.util.ArrayList;
import java.util.List;

/**
 * What a session of this plan would do with a request, without values and without asking anybody:
 * whether it would leave, by which rule, and which secrets would go with it where.
 *
 * @param live whether a running gateway said so
 * @param reachable whether it would leave
 * @param asks whether a person would be asked before
 * @param rule the rule that decides; empty when none does
 * @param mode {@code enforce} or {@code observe}; empty when the gateway did not say
 * @param code of the refusal; empty when it would leave
 * @param reason of the refusal
 * @param mend what to do about it
 * @param secrets each secret of the plan
 */
record Explanation(
    WebAddress address,
    String method,
    boolean live,
    boolean reachable,
    boolean asks,
    String rule,
    String mode,
    String code,
    String reason,
    String mend,
    List<Part> secrets) {
  Explanation {
    secrets = List.copyOf(secrets);
  }

  /**
   * One secret.
   *
   * @param injected whether its placeholder would be replaced
   * @param slots where it may stand
   * @param whenAbsent whether it is put in when the request has no authorisation
   * @param why why it is not injected; empty when it is
   */
  record Part(String name, boolean injected, List<String> slots, boolean whenAbsent, String why) {
    Part {
      slots = List.copyOf(slots);
    }
  }

  /** Explains a request. */
  static Explanation of(GatewayPlan plan, WebAddress address, String method) {
    dev.pale.gateway.Explanation decided =
        dev.pale.gateway.Explanation.of(plan.policy(), List.of(), method, address.whole());
    List<Part> parts = new ArrayList<>();
    for (PlannedSecret secret : plan.secrets()) {
      parts.add(part(secret, address, decided.allowed()));
    }
    return new Explanation(
        address,
        method,
        false,
        decided.allowed(),
        decided.asks(),
        decided.rule(),
        plan.mode() == Mode.OBSERVE ? "observe" : "enforce",
        decided.code(),
        decided.reason(),
        decided.mend(),
        parts);
  }

  private static Part part(PlannedSecret secret, WebAddress address, boolean leaves) {
    Authority authority = address.authority();
    List<PlannedSecret.Route> there = secret.routesTo(authority, address.tls());
    List<String> slots = new ArrayList<>();
    boolean whenAbsent = false;
    for (PlannedSecret.Route route : there.isEmpty() ? secret.routes() : there) {
      for (Slot slot : route.slots()) {
        if (!slots.contains(slot.text())) {
          slots.add(slot.text());
        }
      }
      whenAbsent |= route.whenAbsent();
    }
    String why = "";
    if (there.isEmpty()) {
      why =
          !address.tls() && !secret.routesTo(authority, true).isEmpty()
              ? "it does not go without encryption"
              : "it goes to " + joined(secret.hosts()) + " alone";
    } else if (!leaves) {
      why = "the request would be refused";
    }
    return new Part(secret.name().text(), why.isEmpty(), slots, why.isEmpty() && whenAbsent, why);
  }

  private static String joined(List<?> items) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      text.append(i == 0 ? "" : i + 1 == items.size() ? " and " : ", ").append(items.get(i));
    }
    return text.toString();
  }

  /** As JSON. */
  JsonWriter json() {
    JsonWriter json =
        new JsonWriter()
            .beginObject()
            .member("url", address.text())
            .member("method", method)
            .member("allowed", reachable)
            .member("asks", asks)
            .member("rule", rule)
            .member("mode", mode)
            .member("live", live)
            .member("code", code)
            .member("reason", reason)
            .member("mend", mend);
    json.name("secrets").beginArray();
    for (Part part : secrets) {
      json.beginObject().member("name", part.name()).member("injected", part.injected());
      json.name("slots").beginArray();
      part.slots().forEach(json::value);
      json.endArray().member("whenAbsent", part.whenAbsent()).member("why", part.why()).endObject();
    }
    return json.endArray().endObject();
  }

  /** For people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    String request = method + " " + address.text();
    if (!reachable) {
      lines.add("no: " + request + " would be refused: " + reason + " [" + code + "]");
      if (!mend.isEmpty()) {
        lines.add("  mend: " + mend);
      }
    } else if (asks) {
      lines.add("yes, when a person allows it: " + request);
    } else {
      lines.add("yes: " + request);
    }
    if (reachable) {
      lines.add(
          switch (rule) {
            case "reachable" -> "  no rule is about this host, and it is a secret's";
            case "observe" -> "  nothing names this host; it leaves, noted, without secrets";
            default -> "  by the rule: " + rule;
          });
    }
    for (Part part : secrets) {
      lines.add(
          part.injected()
              ? "  "
                  + part.name()
                  + " is put in where its placeholder stands: "
                  + String.join(", ", part.slots())
                  + (part.whenAbsent() ? "; also when the request has no authorisation" : "")
              : "  " + part.name() + " is not: " + part.why());
    }
    return lines;
  }
}
