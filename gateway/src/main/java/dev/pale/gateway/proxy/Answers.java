package dev.pale.gateway.proxy;

import dev.pale.formats.json.JsonWriter;
import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.refusal.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What the gateway itself answers. Stateless. */
final class Answers {
  private Answers() {}

  /** What is told when the gateway itself failed: that it did, and nothing of how. */
  static Refusal fault() {
    return Refusal.of(500, "internal-error", "a fault of the gateway", "report it");
  }

  /** A refusal: its code stands in the status line, in a field and in the body. */
  static void refuse(HttpOutput out, Refusal refusal, boolean head, boolean keep)
      throws IOException {
    JsonWriter json = new JsonWriter();
    json.beginObject().name("error").beginObject();
    json.member("code", refusal.code()).member("reason", refusal.reason());
    if (!refusal.mend().isEmpty()) {
      json.member("mend", refusal.mend());
    }
    json.endObject().endObject();
    byte[] body = (json + "\n").getBytes(StandardCharsets.UTF_8);
    out.ascii("HTTP/1.1 ").ascii(Integer.toString(refusal.status())).ascii(" ");
    out.ascii(refusal.code()).ascii("\r\n");
    out.field("Content-Type", "application/json");
    out.field("Pale-Refusal", refusal.code());
    if (refusal.status() == 407) {
      out.field("Proxy-Authenticate", "Basic realm=\"pale gateway\"");
    }
    if (refusal.status() == 503 || refusal.status() == 429) {
      out.field("Retry-After", seconds(refusal.mend()));
    }
    finish(out, body, head, keep);
  }

  /** How long to wait, where the mend says so: "retry after 7 seconds …"; else 5. */
  private static String seconds(String mend) {
    String begin = "retry after ";
    int end = begin.length();
    if (mend.startsWith(begin)) {
      while (end < mend.length() && Character.isDigit(mend.charAt(end))) {
        end++;
      }
    }
    return end > begin.length() ? mend.substring(begin.length(), end) : "5";
  }

  /** JSON of the gateway's own pages. */
  static void json(HttpOutput out, int status, String text, boolean head, boolean keep)
      throws IOException {
    byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
    out.ascii("HTTP/1.1 ").ascii(Integer.toString(status)).ascii(status == 200 ? " OK" : " No");
    out.ascii("\r\n");
    out.field("Content-Type", "application/json");
    finish(out, body, head, keep);
  }

  private static void finish(HttpOutput out, byte[] body, boolean head, boolean keep)
      throws IOException {
    out.field("Cache-Control", "no-store");
    out.field("Content-Length", Integer.toString(body.length));
    if (!keep) {
      out.field("Connection", "close");
    }
    out.endHead();
    if (!head) {
      out.beginBody(new Framing.Length(body.length));
      out.body(body, 0, body.length);
      out.endBody();
    }
    out.flush();
  }
}
