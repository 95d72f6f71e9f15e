package dev.pale.gateway.policy;

import java.util.List;

/** What the policy says of a request that it does not refuse. Immutable. */
public sealed interface Verdict {
  /** The name of the rule that decided; {@code reachable} or {@code observe} when none did. */
  String rule();

  /** The longest body that the request may have; -1 for no limit. */
  long maxBodyBytes();

  /** The rules whose rate or session limit counts this request: see {@link Budget#spend}. */
  List<Rule> limits();

  /**
   * It goes on.
   *
   * @param rule see {@link Verdict#rule}
   * @param maxBodyBytes see {@link Verdict#maxBodyBytes}
   * @param limits see {@link Verdict#limits}
   * @param isObserved whether it goes on only because the policy observes: without any secret
   */
  record Allow(String rule, long maxBodyBytes, List<Rule> limits, boolean isObserved)
      implements Verdict {
    public Allow {
      limits = List.copyOf(limits);
    }
  }

  /**
   * The human is asked.
   *
   * @param rule see {@link Verdict#rule}
   * @param maxBodyBytes see {@link Verdict#maxBodyBytes}
   * @param limits see {@link Verdict#limits}
   */
  record Ask(String rule, long maxBodyBytes, List<Rule> limits) implements Verdict {
    public Ask {
      limits = List.copyOf(limits);
    }
  }
}
