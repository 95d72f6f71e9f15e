package dev.pale.gateway.approve;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Talks to a running gateway through its {@link ControlServer}. One connection; each call waits for
 * its answer, 10 seconds at most beyond what it asks the gateway to wait. After an exception the
 * connection is of no more use.
 *
 * <p>Not thread-safe.
 */
public final class ControlClient implements AutoCloseable {
  private static final int LONGEST_ANSWER = 8 * 1024 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final LineChannel lines;

  private ControlClient(LineChannel lines) {
    this.lines = lines;
  }

  /**
   * Connects.
   *
   * @param socket where the gateway listens
   * @throws PaleException 762 when nobody listens there, 763 when it is another user's
   */
  public static ControlClient connect(Path socket) {
    try {
      SocketChannel channel = named(socket);
      if (!ControlSocket.isSameUser(channel, socket)) {
        channel.close();
        throw PaleException.of(
            763, "the gateway at this socket is another user's", socket.toString(), "");
      }
      return new ControlClient(new LineChannel(channel, LONGEST_ANSWER));
    } catch (IOException | IllegalArgumentException e) {
      throw PaleException.of(
          762,
          "no gateway listens at this socket",
          socket.toString(),
          "start one with: pale gateway run or pale gateway serve",
          e);
    }
  }

  /** Connected, and with a name of its own, by which the gateway finds out who asks. */
  private static SocketChannel named(Path socket) throws IOException {
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    Path own = socket.resolveSibling("asker-" + HexFormat.of().formatHex(random));
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    boolean done = false;
    try {
      channel.bind(UnixDomainSocketAddress.of(own));
      channel.connect(UnixDomainSocketAddress.of(socket));
      done = true;
      return channel;
    } finally {
      Files.deleteIfExists(own);
      if (!done) {
        channel.close();
      }
    }
  }

  /**
   * The open questions, as soon as they differ from what was seen.
   *
   * @param seen the version that the caller has; -1 for an answer at once
   * @param most how long to wait for a change, up to 30 seconds
   * @throws PaleException 764 when the gateway is gone or answers with an error
   */
  public Approvals.Snapshot pending(long seen, Duration most) {
    ControlMessage answer =
        ask(
            new JsonWriter()
                .beginObject()
                .member("op", "pending")
                .member("seen", seen)
                .member("waitMillis", most.toMillis())
                .endObject(),
            most.plus(PATIENCE));
    List<Pending> pending = new ArrayList<>();
    for (JsonValue item : answer.array("pending")) {
      if (item instanceof JsonObject object) {
        pending.add(new ControlMessage(object).pending());
      }
    }
    return new Approvals.Snapshot(answer.number("version", 0), pending);
  }

  /**
   * Answers a question.
   *
   * @return whether it was open
   * @throws PaleException 764 when the gateway is gone, or takes no answers here
   */
  public boolean answer(String id, boolean allow, String who) {
    return ask(
            new JsonWriter()
                .beginObject()
                .member("op", "answer")
                .member("id", id)
                .member("allow", allow)
                .member("who", who)
                .endObject(),
            PATIENCE)
        .truth("answered");
  }

  /**
   * The gateway's counters.
   *
   * @throws PaleException 764 when the gateway is gone
   */
  public JsonValue status() {
    return member(
        ask(new JsonWriter().beginObject().member("op", "status").endObject(), PATIENCE), "status");
  }

  /**
   * What would become of a request.
   *
   * @throws PaleException 764 when the gateway is gone or refuses: the refusal is its text
   */
  public JsonValue explain(String method, String url) {
    return member(
        ask(
            new JsonWriter()
                .beginObject()
                .member("op", "explain")
                .member("method", method)
                .member("url", url)
                .endObject(),
            PATIENCE),
        "explain");
  }

  private static JsonValue member(ControlMessage answer, String name) {
    JsonValue value = answer.json().members().get(name);
    if (value == null) {
      throw failed("its answer is of another version", "", null);
    }
    return value;
  }

  private ControlMessage ask(JsonWriter request, Duration most) {
    byte[] line;
    try {
      lines.write(request.toString(), PATIENCE);
      line = lines.read(most);
    } catch (IOException e) {
      throw failed("it did not answer", "is it still running?", e);
    }
    if (line == null) {
      throw failed("it hung up", "is it still running?", null);
    }
    if (!(Json.parse(line, "the gateway's answer") instanceof JsonObject json)) {
      throw failed("its answer is of another version", "", null);
    }
    ControlMessage answer = new ControlMessage(json);
    if (!answer.truth("ok")) {
      throw failed(
          SafeText.of(answer.text("error"), 500), SafeText.of(answer.text("mend"), 500), null);
    }
    return answer;
  }

  private static PaleException failed(String why, String mend, @Nullable IOException cause) {
    String what = "the gateway did not do it";
    return cause == null
        ? PaleException.of(764, what, why, mend)
        : PaleException.of(764, what, why, mend, cause);
  }

  @Override
  public void close() {
    lines.close();
  }
}
