package dev.pale.gateway.redact;

import dev.pale.gateway.http.Headers;
import dev.pale.gateway.refusal.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Content codings (RFC 9110, sections 8.4.1 and 12.5.3). */
final class Codings {
  /** How many codings may lie over each other. */
  private static final int MOST = 2;

  private enum Coding {
    GZIP,
    DEFLATE
  }

  private Codings() {}

  /** Whether a content coding is declared, other than none. */
  static boolean declared(Headers headers) {
    return headers.first("content-encoding") != null && !tokens(headers).isEmpty();
  }

  /** Whether all codings that are declared can be taken away. */
  static boolean known(Headers headers) {
    List<String> tokens = tokens(headers);
    for (String token : tokens) {
      if (codingOf(token) == null) {
        return false;
      }
    }
    return tokens.size() <= MOST;
  }

  /**
   * What takes the codings of a body away; null when there are none.
   *
   * @throws Refusal 502 when one cannot be taken away
   */
  static @Nullable Decoder decoder(Headers headers) {
    if (headers.first("content-encoding") == null) {
      return null;
    }
    List<String> tokens = tokens(headers);
    if (tokens.size() > MOST) {
      throw undecodable("the body is encoded more than " + MOST + " times");
    }
    List<Coding> codings = new ArrayList<>(MOST);
    for (String token : tokens) {
      codings.add(coding(token));
    }
    // The last one was put on last, so it comes off first.
    Decoder inner = null;
    for (Coding coding : codings) {
      Decoder next = coding == Coding.GZIP ? new GzipDecoder() : new DeflateDecoder();
      inner = inner == null ? next : new TwoDecoders(next, inner);
    }
    return inner;
  }

  private static List<String> tokens(Headers headers) {
    List<String> tokens = new ArrayList<>(MOST);
    for (int i = 0; i < headers.size(); i++) {
      if (headers.is(i, "content-encoding")) {
        String list = headers.value(i);
        int from = 0;
        while (from <= list.length()) {
          int comma = list.indexOf(',', from);
          int to = comma < 0 ? list.length() : comma;
          String token = list.substring(from, to).strip().toLowerCase(Locale.ROOT);
          if (!token.isEmpty() && !token.equals("identity")) {
            tokens.add(token);
          }
          from = to + 1;
        }
      }
    }
    return tokens;
  }

  private static Coding coding(String token) {
    Coding coding = codingOf(token);
    if (coding == null) {
      // The token is the server's text, so it is not repeated.
      throw undecodable("the body has a content coding that was not asked for");
    }
    return coding;
  }

  private static @Nullable Coding codingOf(String token) {
    return switch (token) {
      case "gzip", "x-gzip" -> Coding.GZIP;
      case "deflate" -> Coding.DEFLATE;
      default -> null;
    };
  }

  static Refusal undecodable(String why) {
    return Refusal.of(
        502,
        "undecodable-response",
        "the response cannot be searched for secrets: " + why,
        "ask the server for an unencoded answer, with Accept-Encoding: identity");
  }

  /** See {@link Redactor#acceptEncoding}. */
  static String ask(@Nullable String clients) {
    if (clients == null) {
      return "identity";
    }
    boolean gzip = false;
    boolean deflate = false;
    int from = 0;
    while (from <= clients.length()) {
      int comma = clients.indexOf(',', from);
      int to = comma < 0 ? clients.length() : comma;
      int semicolon = clients.indexOf(';', from);
      int nameEnd = semicolon < 0 || semicolon > to ? to : semicolon;
      if (!isZero(clients, nameEnd, to)) {
        String name = clients.substring(from, nameEnd).strip();
        gzip |=
            name.equalsIgnoreCase("gzip") || name.equalsIgnoreCase("x-gzip") || name.equals("*");
        deflate |= name.equalsIgnoreCase("deflate");
      }
      from = to + 1;
    }
    if (gzip) {
      return deflate ? "gzip, deflate" : "gzip";
    }
    return deflate ? "deflate" : "identity";
  }

  /** Whether a weight such as {@code ;q=0.000} says "not this one". */
  private static boolean isZero(String list, int from, int to) {
    int equals = list.indexOf('=', from);
    if (equals < 0 || equals >= to) {
      return false;
    }
    boolean digits = false;
    for (int i = equals + 1; i < to; i++) {
      char c = list.charAt(i);
      if (c >= '1' && c <= '9') {
        return false;
      }
      digits |= c == '0';
    }
    return digits;
  }
}
