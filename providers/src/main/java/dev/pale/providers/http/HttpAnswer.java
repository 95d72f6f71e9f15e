package dev.pale.providers.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An answer, read whole. Prints its status only. Closing wipes the body. */
public final class HttpAnswer implements AutoCloseable {
  private final int status;
  private final Map<String, List<String>> headers;
  private final byte[] body;

  /**
   * Takes ownership of the body.
   *
   * @param headers names in lower case
   */
  public HttpAnswer(int status, Map<String, List<String>> headers, byte[] body) {
    this.status = status;
    this.headers = Map.copyOf(headers);
    this.body = body;
  }

  /** The status, 200 to 599. */
  public int status() {
    return status;
  }

  /** Whether the status is 2xx. */
  public boolean isOk() {
    return status / 100 == 2;
  }

  /** The first header of this name; empty when there is none. */
  public String header(String name) {
    List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null || values.isEmpty() ? "" : values.getFirst();
  }

  /** The body's own array. */
  public byte[] body() {
    return body;
  }

  @Override
  public void close() {
    Arrays.fill(body, (byte) 0);
  }

  @Override
  public String toString() {
    return "[answer " + status + ", " + body.length + " bytes]";
  }
}
