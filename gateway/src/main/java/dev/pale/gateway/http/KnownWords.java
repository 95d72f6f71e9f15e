package dev.pale.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One String for each method and field name that is met all day, so that reading a head makes few
 * objects and comparing names is mostly comparing references.
 */
final class KnownWords {
  private static final String[] WORDS = {
    "GET",
    "POST",
    "PUT",
    "HEAD",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "CONNECT",
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Accept-Ranges",
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
    "Age",
    "Allow",
    "Alt-Svc",
    "Authorization",
    "Cache-Control",
    "CF-RAY",
    "CF-Cache-Status",
    "Connection",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Range",
    "Content-Security-Policy",
    "Content-Type",
    "Cookie",
    "Date",
    "DNT",
    "ETag",
    "Expect",
    "Expires",
    "Forwarded",
    "Host",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Keep-Alive",
    "Last-Modified",
    "Link",
    "Location",
    "Origin",
    "Pragma",
    "Priority",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "Range",
    "Referer",
    "Referrer-Policy",
    "Retry-After",
    "Sec-Fetch-Dest",
    "Sec-Fetch-Mode",
    "Sec-Fetch-Site",
    "Sec-WebSocket-Accept",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Version",
    "Server",
    "Server-Timing",
    "Set-Cookie",
    "Strict-Transport-Security",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Upgrade-Insecure-Requests",
    "User-Agent",
    "Vary",
    "Via",
    "WWW-Authenticate",
    "X-Api-Key",
    "X-Content-Type-Options",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Frame-Options",
    "X-GitHub-Api-Version",
    "X-GitHub-Media-Type",
    "X-GitHub-Request-Id",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-RateLimit-Resource",
    "X-RateLimit-Used",
    "X-Request-Id",
    "X-XSS-Protection",
    "Anthropic-Beta",
    "Anthropic-Version",
    "OpenAI-Organization",
    "OpenAI-Project",
    "X-Stainless-Arch",
    "X-Stainless-Async",
    "X-Stainless-Lang",
    "X-Stainless-OS",
    "X-Stainless-Package-Version",
    "X-Stainless-Retry-Count",
    "X-Stainless-Runtime",
    "X-Stainless-Runtime-Version",
    "X-Stainless-Timeout",
    "X-Amz-Date",
    "X-Amz-Content-Sha256",
    "X-Amz-Security-Token",
    "X-Amz-Target",
  };

  private static final int SLOTS = 1024;
  private static final byte[] @Nullable [] BYTES = new byte[SLOTS][];
  private static final String[] STRINGS = new String[SLOTS];

  static {
    for (String word : WORDS) {
      enter(word);
      enter(lowerCase(word));
    }
  }

  private KnownWords() {}

  /** The text of these bytes, ISO-8859-1. */
  static String text(byte[] buf, int from, int length) {
    if (length > 0) {
      int slot = slot(buf, from, length);
      for (byte[] known = BYTES[slot]; known != null; known = BYTES[slot]) {
        if (known.length == length && Arrays.equals(known, 0, length, buf, from, from + length)) {
          return STRINGS[slot];
        }
        slot = (slot + 1) & (SLOTS - 1);
      }
    }
    return new String(buf, from, length, StandardCharsets.ISO_8859_1);
  }

  private static void enter(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.ISO_8859_1);
    int slot = slot(bytes, 0, bytes.length);
    while (BYTES[slot] != null) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    BYTES[slot] = bytes;
    STRINGS[slot] = word;
  }

  private static String lowerCase(String word) {
    char[] chars = word.toCharArray();
    for (int i = 0; i < chars.length; i++) {
      if (chars[i] >= 'A' && chars[i] <= 'Z') {
        chars[i] = (char) (chars[i] | 0x20);
      }
    }
    return new String(chars);
  }

  private static int slot(byte[] buf, int from, int length) {
    int hash = length;
    hash = hash * 31 + buf[from];
    hash = hash * 31 + buf[from + (length >> 1)];
    hash = hash * 31 + buf[from + length - 1];
    hash = hash * 31 + buf[from + (length >> 2)];
    return (hash ^ (hash >>> 10)) & (SLOTS - 1);
  }
}
