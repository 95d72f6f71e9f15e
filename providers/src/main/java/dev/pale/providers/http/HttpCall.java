package dev.pale.providers.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One request. Prints its method and path without the query; headers and body may hold credentials.
 * Built by one thread.
 */
public final class HttpCall {
  /** The default bound of an answer: 16 MiB. */
  public static final int DEFAULT_ANSWER_BYTES = 16 << 20;

  /** The default bound of a call with all its attempts. */
  public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

  private final Origin origin;
  private final String method;
  private final String target;
  private final List<String[]> headers = new ArrayList<>();
  private byte[] body = new byte[0];
  private int answerBytes = DEFAULT_ANSWER_BYTES;
  private Duration limit = DEFAULT_LIMIT;
  private boolean repeatable;

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
    if (!target.startsWith("/")) {
      throw new IllegalArgumentException("a target starts with /");
    }
    return new HttpCall(origin, method, target);
  }

  /** Adds a header; the value may be a credential. */
  public HttpCall header(String name, String value) {
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

  @Override
  public String toString() {
    int query = target.indexOf('?');
    return method + " " + origin.text() + (query < 0 ? target : target.substring(0, query));
  }
}
