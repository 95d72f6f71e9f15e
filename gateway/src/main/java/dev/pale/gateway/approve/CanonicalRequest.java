package dev.pale.gateway.approve;

import java.util.List;

/**
 * What a human is asked about: everything that decides what the request does, and no real value.
 *
 * @param session which client session asks
 * @param method {@code POST}
 * @param authority {@code api.example.com:443}
 * @param target path and query as the client sent them, placeholders and all
 * @param secrets names of the secrets that would leave with it, sorted
 * @param contentType empty when there is none
 * @param bodySha256 lower-case hex of the body as the client sent it
 * @param bodyBytes its length
 * @param rule the rule that asks
 */
public record CanonicalRequest(
    String session,
    String method,
    String authority,
    String target,
    List<String> secrets,
    String contentType,
    String bodySha256,
    long bodyBytes,
    String rule) {
  public CanonicalRequest {
    secrets = List.copyOf(secrets);
  }
}
