package dev.pale.gateway.approve;

import dev.pale.formats.json.JsonValue;

/** Answers whether a request would be let through, and why; says nothing an agent must not know. */
@FunctionalInterface
public interface Explainer {
  /**
   * What would become of a request.
   *
   * @param method upper case: {@code GET}
   * @param url as it was typed
   * @throws dev.pale.gateway.refusal.Refusal whose code, reason and mend are the answer
   */
  JsonValue explain(String method, String url);
}
