package dev.pale.gateway.proxy;

import dev.pale.gateway.http.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The token of a client, and for whom it stands. Looked for in constant time for each client.
 * Immutable.
 */
final class Credential {
  private static final String BASIC = "Basic ";
  private static final String BEARER = "Bearer ";

  private final byte[] blob;
  private final byte[] token;
  private final ClientSession client;

  Credential(String token, ClientSession client) {
    this.token = token.getBytes(StandardCharsets.US_ASCII);
    this.blob = Base64.getEncoder().encode(("pale:" + token).getBytes(StandardCharsets.US_ASCII));
    this.client = client;
  }

  /** Whose token a request carries; empty when it carries none that is known. */
  static Optional<ClientSession> of(Headers headers, List<Credential> known) {
    if (headers.count("proxy-authorization") != 1) {
      return Optional.empty();
    }
    String field = headers.first("proxy-authorization");
    if (field == null) {
      return Optional.empty();
    }
    boolean basic = field.regionMatches(true, 0, BASIC, 0, BASIC.length());
    if (!basic && !field.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Optional.empty();
    }
    byte[] given =
        field
            .substring(basic ? BASIC.length() : BEARER.length())
            .trim()
            .getBytes(StandardCharsets.ISO_8859_1);
    ClientSession found = null;
    for (Credential each : known) {
      if (MessageDigest.isEqual(basic ? each.blob : each.token, given)) {
        found = each.client;
      }
    }
    return Optional.ofNullable(found);
  }

  ClientSession client() {
    return client;
  }

  @Override
  public String toString() {
    return "[token of " + client.name + "]";
  }
}
