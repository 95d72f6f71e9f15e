package dev.pale.gateway.name;

/**
 * A host in its one canonical spelling: a DNS name of lower-case letters, digits and hyphens
 * without a trailing dot, or an IP address as {@code 192.0.2.1} or {@code 2001:db8::1} (without
 * brackets).
 *
 * @param text the canonical spelling
 * @param isAddress whether it is an IP address
 */
public record HostName(String text, boolean isAddress) {
  @Override
  public String toString() {
    return text;
  }
}
