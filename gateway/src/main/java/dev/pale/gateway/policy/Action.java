package dev.pale.gateway.policy;

/** What a rule does with a request that it matches. */
public enum Action {
  /** Lets it through. */
  ALLOW,
  /** Refuses it, whatever other rules say. */
  DENY,
  /** Asks the human. */
  APPROVE
}
