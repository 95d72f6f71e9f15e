package dev.pale.gateway.approve;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
 * @param fieldsSha256 lower-case hex over all header fields as the client sent them, in order
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
    String rule,
    String fieldsSha256) {
  public CanonicalRequest {
    secrets = List.copyOf(secrets);
  }

  /**
   * SHA-256 over every field, each with its length before it, as lower-case hex: two requests have
   * the same one only when nothing of them differs.
   */
  public String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      add(digest, session);
      add(digest, method);
      add(digest, authority);
      add(digest, target);
      digest.update(ByteBuffer.allocate(4).putInt(secrets.size()).array());
      for (String secret : secrets) {
        add(digest, secret);
      }
      add(digest, contentType);
      add(digest, bodySha256);
      digest.update(ByteBuffer.allocate(8).putLong(bodyBytes).array());
      add(digest, rule);
      add(digest, fieldsSha256);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // each Java platform has it
    }
  }

  /** As UTF-16, which no two texts share. */
  private static void add(MessageDigest digest, String text) {
    digest.update(ByteBuffer.allocate(4).putInt(text.length()).array());
    digest.update(text.getBytes(StandardCharsets.UTF_16BE));
  }
}
