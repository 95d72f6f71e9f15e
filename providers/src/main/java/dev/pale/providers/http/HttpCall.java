package dev.pale.providers.http;

import dev.pale.secrets.PaleException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One request. Prints its method and path without the query; headers and body may hold credentials.
 * Built by one thread.
 */
public final class HttpCall {
  /** The default bound of an answer: 16 MiB. */
  public static final int DEFAULT_ANSWER_BYTES = 16 << 20;

  /** The default bound of a call with all its attempts. */
  public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private final Origin origin;
  private final String method;
  private final String target;
  private final List<String[]> headers = new ArrayList<>();
  private byte[] body = new byte[0];
  private int answerBytes = DEFAULT_ANSWER_BYTES;
  private Duration limit = DEFAULT_LIMIT;
  private boolean repeatable;
  private Tls tls = Tls.USUAL;

  private HttpCall(Origin origin, String method, String target) {
    this.origin = origin;
    this.method = method;
    this.target = target;
    this.repeatable = method.equals("GET") || method.equals("HEAD") || method.equals("LIST");
  }

  /**
   * A request.
   *
   * @param target path and query, encoded already, starting with {@code /}
   */
  public static HttpCall of(Origin origin, String method, String target) {
    if (!target.startsWith("/") || target.indexOf('#') >= 0) {
      throw new IllegalArgumentException("a target starts with / and has no fragment");
    }
    return new HttpCall(origin, method, target);
  }

  /**
   * Adds a header; the value may be a credential. The connection's own headers ({@code Host},
   * {@code Content-Length}...) are set from the call and ignored here.
   *
   * @throws PaleException 601 for a value with characters that no header can carry, such as a line
   *     feed at the end of a token
   */
  public HttpCall header(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("no name of a header");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c > '~') {
        throw PaleException.of(
            601,
            "the value for " + name + " holds a character that no request can carry",
            "it is at position " + (i + 1) + " of " + value.length(),
            "set the credential again, without a line end or a character beyond ASCII");
      }
    }
    headers.add(new String[] {name, value});
    return this;
  }

  /** The body, with its type. The array must not change until the answer is there. */
  public HttpCall body(String contentType, byte[] bytes) {
    header("Content-Type", contentType);
    body = bytes;
    return this;
  }

  /**
   * Says that sending it twice does no harm, so it may be retried; GET and HEAD are by themselves.
   */
  public HttpCall repeatable() {
    repeatable = true;
    return this;
  }

  /** Says that it must not be sent twice, although it is a GET: reading makes something. */
  public HttpCall once() {
    repeatable = false;
    return this;
  }

  /** Another bound of the answer. */
  public HttpCall maxAnswer(int bytes) {
    answerBytes = bytes;
    return this;
  }

  /** Another bound of the time. */
  public HttpCall within(Duration most) {
    limit = most;
    return this;
  }

  /** Trusts other certificates than the usual, or presents one. */
  public HttpCall over(Tls other) {
    tls = other;
    return this;
  }

  /** Whom the connection trusts. */
  public Tls tls() {
    return tls;
  }

  /** Where it goes. */
  public Origin origin() {
    return origin;
  }

  /** The method. */
  public String method() {
    return method;
  }

  /** Path and query. */
  public String target() {
    return target;
  }

  /** Pairs of name and value, in order. */
  public List<String[]> headers() {
    return List.copyOf(headers);
  }

  /** The body's own array; empty for none. */
  public byte[] bodyBytes() {
    return body;
  }

  /** The bound of the answer. */
  public int maxAnswerBytes() {
    return answerBytes;
  }

  /** The bound of the time. */
  public Duration limit() {
    return limit;
  }

  /** Whether it may be sent again after a failure. */
  public boolean isRepeatable() {
    return repeatable;
  }

  /** The path without the query, for people. */
  String what() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  @Override
  public String toString() {
    return method + " " + origin.text() + what();
  }
}
