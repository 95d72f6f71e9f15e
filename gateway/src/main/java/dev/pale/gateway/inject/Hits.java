package dev.pale.gateway.inject;

import dev.pale.secrets.Matcher;

/** What one look found: enough to decide, and no more. */
final class Hits implements Matcher.Found {
  private final Labels labels;
  private final boolean[] seen;
  private boolean any;

  /** The first hit, or the first of a real value once there is one. */
  int label = -1;

  long start;

  Hits(Labels labels) {
    this.labels = labels;
    this.seen = new boolean[labels.groups()];
  }

  @Override
  public void found(int found, long from, long to) {
    if (!labels.isReal(found)) {
      seen[labels.group(found)] = true;
    }
    if (!any || (labels.isReal(found) && !labels.isReal(label))) {
      label = found;
      start = from;
    }
    any = true;
  }

  boolean isEmpty() {
    return !any;
  }

  /** Whether the placeholder of a group was found. */
  boolean hasPlaceholder(int group) {
    return seen[group];
  }

  boolean hasReal() {
    return any && labels.isReal(label);
  }

  void clear() {
    if (any) {
      java.util.Arrays.fill(seen, false);
      any = false;
      label = -1;
    }
  }
}
