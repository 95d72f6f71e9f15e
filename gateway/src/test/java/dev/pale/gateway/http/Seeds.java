package dev.pale.gateway.http;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where fuzzing begins: a message of each kind, and one of each oddity that has a name. */
final class Seeds {
  private static final String HOST = "Host: a.example\r\n";

  private static final List<String> REQUEST_HEADS =
      List.of(
          "GET / HTTP/1.1\r\n" + HOST + "\r\n",
          "GET /a/%2e%2e/b?c=d&e=%00 HTTP/1.1\r\n" + HOST + "X-Empty:\r\nX-Tab:\ta\t\r\n\r\n",
          "GET http://a.example:8080/x HTTP/1.1\r\n" + HOST + "\r\n",
          "GET HTTPS://a.example HTTP/1.0\r\n\r\n",
          "CONNECT a.example:443 HTTP/1.1\r\n" + HOST + "\r\n",
          "CONNECT [::1]:443 HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n",
          "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n",
          "\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
          "M!#$%&'*+-.^_`|~ / HTTP/1.1\r\n" + HOST + "\r\n",
          "GET / HTTP/1.2\r\n" + HOST + "\r\n",
          "GET /\r\n\r\n");

  private static final List<String> FIELDS =
      List.of(
          "Content-Length: 5\r\n\r\nhello",
          "content-length:5\r\n\r\nhello",
          "Content-Length: 0\r\n\r\n",
          "Content-Length: +5\r\n\r\nhello",
          "Content-Length: 05\r\n\r\nhello",
          "Content-Length: 5, 5\r\n\r\nhello",
          "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
          "Content-Length: 9223372036854775807\r\n\r\nhello",
          "Content-Length: 9223372036854775808\r\n\r\nhello",
          "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
          "transfer-encoding:chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n00;c\r\nX-T: u\r\n\r\n",
          "Transfer-Encoding: chunked\r\n\r\n005\r\nhello\r\n1\r\n\n\r\n0\r\n\r\n",
          "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello\r\n0\r\n\r\n",
          "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
          "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
          "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
          "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
          "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
          "X: a\rb\r\n\r\n",
          "X: a\nY: b\r\n\r\n",
          "X: \0\r\n\r\n",
          "X: \u00e4\r\n\r\n",
          "Host: b.example\r\n\r\n");

  private static final List<String> STATUS_LINES =
      List.of(
          "HTTP/1.1 200 OK\r\n",
          "HTTP/1.0 404 Not Found\r\n",
          "HTTP/1.1 204 \r\n",
          "HTTP/1.1 304\r\n",
          "HTTP/1.1 101 Switching Protocols\r\n",
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 \u00e4\r\n");

  private Seeds() {}

  static Stream<byte[]> requests() {
    List<String> all = new ArrayList<>(REQUEST_HEADS);
    for (String fields : FIELDS) {
      all.add("POST /x HTTP/1.1\r\n" + HOST + fields);
      all.add("POST /x HTTP/1.1\r\n" + HOST + fields + "GET /next HTTP/1.1\r\n" + HOST + "\r\n");
    }
    return all.stream().map(Wire::bytes);
  }

  /** The first byte chooses the method that is answered. */
  static Stream<byte[]> responses() {
    List<String> all = new ArrayList<>();
    for (String line : STATUS_LINES) {
      all.add("\0" + line + "\r\nrest");
      all.add("\1" + line + "Content-Length: 5\r\n\r\n" + line + "\r\n");
      all.add("\2" + line + "X: y\r\n\r\ntunnel");
    }
    for (String fields : FIELDS) {
      all.add("\0HTTP/1.1 200 OK\r\n" + fields);
      all.add("\0HTTP/1.1 200 OK\r\n" + fields + "HTTP/1.1 200 OK\r\n\r\nx");
    }
    return all.stream().map(Wire::bytes);
  }
}
