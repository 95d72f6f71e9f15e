package dev.pale.providers.rest;

import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.Origin;
import dev.pale.secrets.PaleException;

/**
 * Where a service's interface starts: an origin and, for services behind a shared host, a path.
 *
 * @param origin scheme, host and port
 * @param path empty, or {@code /api}; no slash at its end
 */
public record Base(Origin origin, String path) {
  /**
   * From an address such as {@code https://bw.example.com/api}.
   *
   * @param setting where the address comes from, for the error
   * @throws PaleException 601 for what is no such address, or unencrypted to another machine
   */
  public static Base parse(String address, String setting) {
    int host = address.indexOf("://");
    int slash = host < 0 ? -1 : address.indexOf('/', host + 3);
    if (slash < 0) {
      return new Base(Origin.parse(address, setting), "");
    }
    String path = address.substring(slash);
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    if (!path.matches("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")) {
      throw PaleException.of(
          601,
          "the address in " + setting + " cannot be used",
          "its path has characters other than letters, digits and . _ -",
          "give it as https://host[:port][/path]");
    }
    return new Base(Origin.parse(address.substring(0, slash), setting), path);
  }

  /** The same origin with more path. */
  public Base under(String more) {
    return new Base(origin, path + more);
  }

  /** A request that wants JSON. */
  public HttpCall call(String method, String target) {
    return HttpCall.of(origin, method, path + target).header("Accept", "application/json");
  }

  /** The address. */
  public String text() {
    return origin.text() + path;
  }
}
