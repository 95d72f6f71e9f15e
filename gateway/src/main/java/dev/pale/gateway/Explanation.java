package dev.pale.gateway;

import dev.pale.formats.json.JsonWriter;
import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.inject.Binding;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.Target;
import dev.pale.gateway.policy.Policy;
import dev.pale.gateway.policy.Verdict;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.gateway.service.Slot;
import java.util.List;

/**
 * Why a request would go through, or not: names and places only, so an agent may read it.
 *
 * @param allowed whether a request without any placeholder would be sent
 * @param asks whether the human would be asked first
 * @param rule the rule that decides; empty when none does
 * @param code the refusal's code; empty when there is none
 * @param reason why not; empty when it would be sent
 * @param mend what to do about it; may be empty
 * @param secrets which secrets could go there, and where in the request
 */
public record Explanation(
    boolean allowed,
    boolean asks,
    String rule,
    String code,
    String reason,
    String mend,
    List<Offer> secrets) {
  public Explanation {
    secrets = List.copyOf(secrets);
  }

  /**
   * A secret that a request for this place may carry.
   *
   * @param name the secret
   * @param slots where its placeholder belongs
   * @param whenAbsent whether it is put in also when the request has no authorisation
   */
  public record Offer(String name, List<String> slots, boolean whenAbsent) {
    public Offer {
      slots = List.copyOf(slots);
    }
  }

  /**
   * Explains a request.
   *
   * @param policy what is allowed
   * @param bindings which secrets there are
   * @param method {@code GET}
   * @param url absolute, http or https
   */
  public static Explanation of(Policy policy, List<Binding> bindings, String method, String url) {
    try {
      int fragment = url.indexOf('#');
      Target target = Target.ofAbsolute(fragment < 0 ? url : url.substring(0, fragment));
      Authority authority = target.authority();
      policy.admit(authority, target.tls());
      Headers headers = new Headers().add("Host", authority.toString());
      RequestHead head =
          new RequestHead(method, RequestHead.Form.ORIGIN, target.rest(), 1, headers, Framing.NONE);
      Verdict verdict = policy.decide(authority, target.tls(), head);
      List<Offer> offers =
          bindings.stream()
              .filter(binding -> binding.isFor(authority, target.tls()))
              .map(binding ->
                  new Offer(
                      binding.name().text(),
                      binding.slots().stream().map(Slot::text).toList(),
                      binding.whenAbsent()))
              .toList();
      return new Explanation(
          true, verdict instanceof Verdict.Ask, verdict.rule(), "", "", "", offers);
    } catch (Refusal refusal) {
      return new Explanation(
          false, false, "", refusal.code(), refusal.reason(), refusal.mend(), List.of());
    }
  }

  /** As JSON. */
  public String json(String method, String url) {
    JsonWriter json = new JsonWriter();
    json.beginObject().member("url", url).member("method", method);
    json.member("allowed", allowed).member("asks_the_human", asks).member("rule", rule);
    if (!code.isEmpty()) {
      json.member("code", code).member("reason", reason).member("mend", mend);
    }
    json.name("secrets").beginArray();
    for (Offer offer : secrets) {
      json.beginObject().member("name", offer.name()).name("slots").beginArray();
      for (String slot : offer.slots()) {
        json.value(slot);
      }
      json.endArray().member("put_in_when_absent", offer.whenAbsent()).endObject();
    }
    json.endArray().endObject();
    return json.toString();
  }
}
