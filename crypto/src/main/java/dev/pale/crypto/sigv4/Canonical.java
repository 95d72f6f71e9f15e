package dev.pale.crypto.sigv4;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Predicate;

/**
 * The one spelling of a request that both sides sign (AWS: "Create a signed AWS API request").
 * Nothing of the JDK's URI classes is used: their ideas of encoding differ from the signature's.
 */
final class Canonical {
  /**
   * Headers that hops between client and service change, so nobody signs them; the signature itself
   * is one.
   */
  static final Set<String> NOT_SIGNED =
      Set.of(
          "authorization",
          "connection",
          "expect",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "user-agent",
          "x-amzn-trace-id");

  private Canonical() {}

  /** One parameter of a query, decoded once and encoded again. */
  record Parameter(String name, String value) {
    private static final Comparator<Parameter> ORDER =
        Comparator.comparing(Parameter::name).thenComparing(Parameter::value);

    @Override
    public String toString() {
      return name + "=" + value;
    }
  }

  /**
   * The canonical request.
   *
   * @param signed names in lower case
   * @param keep which parameters of the query belong to it
   */
  static String request(
      SignableRequest request,
      SigningRules rules,
      SortedSet<String> signed,
      Predicate<Parameter> keep,
      PayloadHash payload) {
    StringBuilder out = new StringBuilder(512);
    out.append(request.method()).append('\n');
    out.append(path(request.path(), rules)).append('\n');
    out.append(query(request.query(), keep)).append('\n');
    for (String name : signed) {
      out.append(name).append(':');
      String comma = "";
      for (String value : request.values(name)) {
        out.append(comma).append(trimmed(value));
        comma = ",";
      }
      out.append('\n');
    }
    out.append('\n').append(String.join(";", signed)).append('\n');
    return out.append(payload.text()).toString();
  }

  /** What is signed in the end: algorithm, time, scope, and the hash of the canonical request. */
  static String stringToSign(String time, SigningScope scope, String canonicalRequest) {
    return SigV4.ALGORITHM
        + "\n"
        + time
        + "\n"
        + scope.on(time.substring(0, 8))
        + "\n"
        + Ascii.hex(PayloadHash.sha256(Ascii.utf8(canonicalRequest)));
  }

  static String path(String path, SigningRules rules) {
    String resolved = rules.normalizePath() ? normalized(path) : path;
    StringBuilder out = new StringBuilder();
    String slash = "";
    for (String part : resolved.split("/", -1)) {
      out.append(slash)
          .append(Ascii.encode(rules.doubleEncode() ? Ascii.utf8(part) : Ascii.decode(part)));
      slash = "/";
    }
    return out.toString();
  }

  /**
   * The path as it can be sent on: what the rules resolve is resolved, what stands raw is encoded,
   * what is encoded stays so.
   *
   * @throws IllegalArgumentException for a percent sign without two hex digits
   */
  static String sendable(String path, SigningRules rules) {
    if (!rules.doubleEncode()) {
      return path(path, rules);
    }
    String resolved = rules.normalizePath() ? normalized(path) : path;
    Ascii.decode(resolved);
    StringBuilder out = new StringBuilder(resolved.length());
    resolved
        .codePoints()
        .forEach(c -> {
          boolean raw = c <= ' ' || c >= 0x7f || "\"<>\\^`{|}#".indexOf(c) >= 0;
          String one = Character.toString(c);
          out.append(raw ? Ascii.encode(Ascii.utf8(one)) : one);
        });
    return out.toString();
  }

  /** Without {@code .}, {@code ..} and empty parts; {@code ..} stops at the root. */
  private static String normalized(String path) {
    Deque<String> kept = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        kept.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        kept.addLast(part);
      }
    }
    StringBuilder out = new StringBuilder();
    for (Iterator<String> parts = kept.iterator(); parts.hasNext(); ) {
      out.append('/').append(parts.next());
    }
    if (out.isEmpty() || path.endsWith("/")) {
      out.append('/');
    }
    return out.toString();
  }

  /** By name, then by value, in the order of their encoded bytes. */
  static String query(String query, Predicate<Parameter> keep) {
    List<Parameter> parameters = new ArrayList<>();
    for (Parameter each : parameters(query)) {
      if (keep.test(each)) {
        parameters.add(each);
      }
    }
    parameters.sort(Parameter.ORDER);
    StringBuilder out = new StringBuilder();
    for (Parameter each : parameters) {
      out.append(out.isEmpty() ? "" : "&").append(each);
    }
    return out.toString();
  }

  /** In the order of the query. A parameter without an equals sign has an empty value. */
  static List<Parameter> parameters(String query) {
    List<Parameter> found = new ArrayList<>();
    for (String part : query.split("&", -1)) {
      if (!part.isEmpty()) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        String value = equals < 0 ? "" : part.substring(equals + 1);
        found.add(
            new Parameter(Ascii.encode(Ascii.decode(name)), Ascii.encode(Ascii.decode(value))));
      }
    }
    return found;
  }

  /** Without white space at the ends; a run of it inside is one space. */
  private static String trimmed(String value) {
    StringBuilder out = new StringBuilder(value.length());
    boolean gap = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == ' ' || c == '\t') {
        gap = !out.isEmpty();
      } else {
        out.append(gap ? " " : "").append(c);
        gap = false;
      }
    }
    return out.toString();
  }
}
