package dev.pale.gateway.policy;

/** What happens to hosts that the policy does not name. */
public enum Mode {
  /** Refused. */
  ENFORCE,
  /** Let through without any secret, and remembered, so that a policy can be proposed. */
  OBSERVE
}
