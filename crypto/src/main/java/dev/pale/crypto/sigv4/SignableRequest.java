package dev.pale.crypto.sigv4;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The head of a request as it goes over the wire. Prints its method and path only: headers and
 * query may hold credentials. Immutable, thread-safe.
 */
public final class SignableRequest {
  /** The longest target, in characters. */
  public static final int MAX_TARGET = 1 << 16;

  /** The most header lines. */
  public static final int MAX_HEADERS = 256;

  private final String method;
  private final String target;
  private final List<Header> headers;

  /**
   * A request.
   *
   * @param method as it is sent: {@code POST}
   * @param target path and query as they are sent, starting with {@code /}
   * @param headers in their order, {@code Host} among them
   * @throws IllegalArgumentException for what is no request, or has too many or too long parts
   */
  public SignableRequest(String method, String target, List<Header> headers) {
    if (method.isEmpty() || !method.chars().allMatch(c -> c >= 'A' && c <= 'Z')) {
      throw new IllegalArgumentException("not a method");
    }
    if (!target.startsWith("/") || target.length() > MAX_TARGET || headers.size() > MAX_HEADERS) {
      throw new IllegalArgumentException("not a path, or a request beyond all measure");
    }
    if (target.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw new IllegalArgumentException("a control character in the target");
    }
    this.method = method;
    this.target = target;
    this.headers = List.copyOf(headers);
  }

  /** The method. */
  public String method() {
    return method;
  }

  /** Path and query. */
  public String target() {
    return target;
  }

  /** The path as it is sent. */
  public String path() {
    int mark = target.indexOf('?');
    return mark < 0 ? target : target.substring(0, mark);
  }

  /** The query as it is sent, without its question mark; empty for none. */
  public String query() {
    int mark = target.indexOf('?');
    return mark < 0 ? "" : target.substring(mark + 1);
  }

  /** All header lines in their order. */
  public List<Header> headers() {
    return headers;
  }

  /** All values under a name, in their order. */
  public List<String> values(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .toList();
  }

  /** The value of a header that is there once; empty when it is absent or there twice. */
  Optional<String> single(String name) {
    List<String> values = values(name);
    return values.size() == 1 ? Optional.of(values.getFirst().strip()) : Optional.empty();
  }

  boolean has(String name) {
    return !values(name).isEmpty();
  }

  SignableRequest with(List<Header> more) {
    List<Header> all = new ArrayList<>(headers);
    all.addAll(more);
    return new SignableRequest(method, target, all);
  }

  SignableRequest withTarget(String other) {
    return new SignableRequest(method, other, headers);
  }

  @Override
  public String toString() {
    return method + " " + path();
  }
}
