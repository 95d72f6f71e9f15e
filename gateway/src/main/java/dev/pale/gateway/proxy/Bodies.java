package dev.pale.gateway.proxy;

import dev.pale.gateway.http.BodyReader;
import dev.pale.gateway.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Bodies that are looked at as a whole. Stateless. */
final class Bodies {
  private static final int STEP_BYTES = 16 * 1024;

  private Bodies() {}

  /** A body whose length is known. */
  static byte[] exactly(BodyReader body, int length) throws IOException {
    byte[] whole = new byte[length];
    int at = 0;
    while (at < length) {
      int n = body.read(whole, at, length - at);
      if (n < 0) {
        throw Exchange.cut();
      }
      at += n;
    }
    // The reader notes its end only when it is asked for more.
    if (body.read(new byte[1], 0, 1) >= 0) {
      throw new IllegalStateException("a body longer than its length");
    }
    return whole;
  }

  /** A body that ends by itself; null when it is longer than that. */
  static byte @Nullable [] atMost(BodyReader body, int most) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    byte[] step = new byte[STEP_BYTES];
    int n;
    while ((n = body.read(step, 0, step.length)) >= 0) {
      if (whole.size() + n > most) {
        return null;
      }
      whole.write(step, 0, n);
    }
    return whole.toByteArray();
  }

  /** Lower-case hex of a hash over all fields, names in lower case. */
  static String sha256(Headers fields) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < fields.size(); i++) {
      // The token of the proxy is not the request's; neither can hold a line end.
      if (!fields.is(i, "proxy-authorization")) {
        text.append(fields.name(i).toLowerCase(Locale.ROOT)).append(':');
        text.append(fields.value(i)).append('\n');
      }
    }
    return sha256(text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Lower-case hex of a hash. */
  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
