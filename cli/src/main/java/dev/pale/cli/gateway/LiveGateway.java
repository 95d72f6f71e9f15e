package dev.pale.cli.gateway;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The gateway that this process is a client of, asked through its proxy as any request would be:
 * with the client's own token, about the client's own policy.
 */
final class LiveGateway {
  /** The name that a gateway answers for itself; {@code .invalid} is nobody's (RFC 6761). */
  static final String OWN_HOST = "gateway.pale.invalid";

  private static final int MOST_BYTES = 1 << 20;
  private static final int TIMEOUT_MILLIS = 10_000;

  private final String host;
  private final int port;
  private final String token;

  private LiveGateway(String host, int port, String token) {
    this.host = host;
    this.port = port;
    this.token = token;
  }

  /**
   * The gateway at an address.
   *
   * @param url {@code http://pale:TOKEN@127.0.0.1:PORT}
   * @throws PaleException 788 for anything else
   */
  static LiveGateway at(String url) {
    int sign = url.lastIndexOf('@');
    int colon = url.lastIndexOf(':');
    int login = url.indexOf("pale:");
    if (url.startsWith("http://") && login == 7 && sign > login && colon > sign) {
      try {
        return new LiveGateway(
            url.substring(sign + 1, colon),
            Integer.parseInt(url.substring(colon + 1)),
            url.substring(login + 5, sign));
      } catch (NumberFormatException e) {
        throw gone(e);
      }
    }
    throw gone(new IOException("not an address"));
  }

  /** What it would do with a request. */
  Explanation explain(WebAddress address, String method, String url) {
    String query =
        "url="
            + URLEncoder.encode(url, StandardCharsets.UTF_8)
            + "&method="
            + URLEncoder.encode(method, StandardCharsets.UTF_8);
    return read(address, method, Json.parse(get("/explain?" + query), "the gateway's answer"));
  }

  static Explanation read(WebAddress address, String method, JsonValue answer) {
    List<Explanation.Part> parts = new ArrayList<>();
    if (member(answer, "secrets") instanceof JsonValue.JsonArray secrets) {
      for (JsonValue secret : secrets.items()) {
        List<String> slots = new ArrayList<>();
        if (member(secret, "slots") instanceof JsonValue.JsonArray texts) {
          texts.items().forEach(each -> slots.add(text(each)));
        }
        parts.add(
            new Explanation.Part(
                text(member(secret, "name")),
                true,
                slots,
                truth(secret, "whenAbsent") || truth(secret, "put_in_when_absent"),
                ""));
      }
    }
    return new Explanation(
        address,
        method,
        true,
        truth(answer, "allowed"),
        truth(answer, "asks") || truth(answer, "asks_the_human"),
        text(member(answer, "rule")),
        text(member(answer, "mode")),
        text(member(answer, "code")),
        text(member(answer, "reason")),
        text(member(answer, "mend")),
        parts);
  }

  private static JsonValue member(JsonValue of, String name) {
    return of instanceof JsonValue.JsonObject object
        ? object.members().getOrDefault(name, new JsonValue.JsonNull())
        : new JsonValue.JsonNull();
  }

  private static String text(JsonValue value) {
    return value instanceof JsonValue.JsonString string ? string.text() : "";
  }

  private static boolean truth(JsonValue of, String name) {
    return member(of, name) instanceof JsonValue.JsonBoolean truth && truth.value();
  }

  private byte[] get(String target) {
    String login =
        Base64.getEncoder().encodeToString(("pale:" + token).getBytes(StandardCharsets.ISO_8859_1));
    String request =
        "GET http://"
            + OWN_HOST
            + target
            + " HTTP/1.1\r\nHost: "
            + OWN_HOST
            + "\r\nProxy-Authorization: Basic "
            + login
            + "\r\nConnection: close\r\n\r\n";
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return body(socket.getInputStream());
    } catch (IOException e) {
      throw gone(e);
    }
  }

  /** The body of an answer with {@code Content-Length}, which is all that a gateway sends here. */
  private static byte[] body(InputStream in) throws IOException {
    byte[] answer = in.readNBytes(MOST_BYTES);
    String text = new String(answer, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0 || !text.startsWith("HTTP/1.1 200")) {
      throw new IOException("not the gateway's answer");
    }
    return Arrays.copyOfRange(answer, end + 4, answer.length);
  }

  private static PaleException gone(Exception e) {
    return PaleException.of(
        788,
        "the gateway that this program was started with does not answer",
        "it may have ended; " + ClientEnvironment.MARK + " says where it was",
        "start it again with pale gateway run, or unset " + ClientEnvironment.MARK,
        e);
  }
}
