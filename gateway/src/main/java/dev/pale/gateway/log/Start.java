package dev.pale.gateway.log;

import java.util.List;

/**
 * What is known of a request before anything of it leaves.
 *
 * @param client which client session
 * @param scheme {@code https} or {@code http}
 * @param authority {@code api.example.com:443}; empty when it could not be read
 * @param method empty when it could not be read
 * @param path the path with placeholders and long segments taken out, without query values
 * @param rule the rule that decided; empty when none did
 * @param secrets names of the secrets that are put in
 * @param slots where each is put, in the same order
 */
public record Start(
    String client,
    String scheme,
    String authority,
    String method,
    String path,
    String rule,
    List<String> secrets,
    List<String> slots) {
  public Start {
    secrets = List.copyOf(secrets);
    slots = List.copyOf(slots);
  }
}
