package dev.pale.gateway.approve;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Where the owner's other programs talk to a running gateway: a unix domain socket, one JSON object
 * a line, one answer a line.
 *
 * <pre>
 * {"op":"pending","seen":-1,"waitMillis":25000}   {"ok":true,"version":3,"pending":[{"id":...}]}
 * {"op":"answer","id":"...","allow":true,"who":"anna"}   {"ok":true,"answered":true}
 * {"op":"status"}                                 {"ok":true,"status":{...}}
 * {"op":"explain","url":"https://...","method":"GET"}    {"ok":true,"explain":{...}}
 * anything else                                   {"ok":false,"error":"...","mend":"..."}
 * </pre>
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>The socket has mode 0600 in a folder of mode 0700, and the kernel is asked for the user of
 *       each caller: another user is hung up on.
 *   <li>Lines, connections and times are bounded; garbage, half lines and silence end one
 *       connection and nothing else. No error repeats what was sent.
 * </ul>
 *
 * <p>Not provided: telling apart two programs of one user. An agent that runs as the owner and can
 * reach the socket could answer its own question; so answers are taken here only where the caller
 * of {@link #open} says that the agent cannot reach it. A fence hides the folder.
 *
 * <p>Thread-safe.
 */
public final class ControlServer implements AutoCloseable {
  static final int LONGEST_REQUEST = 16 * 1024;
  static final int MOST_CONNECTIONS = 16;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final ControlSocket socket;
  private final Approvals approvals;
  private final Predicate<Path> mayAnswer;
  private final Supplier<JsonValue> status;
  private final Explainer explainer;
  private final Duration patience;
  private final Semaphore places = new Semaphore(MOST_CONNECTIONS);
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

  private ControlServer(
      ControlSocket socket,
      Approvals approvals,
      Predicate<Path> mayAnswer,
      Supplier<JsonValue> status,
      Explainer explainer,
      Duration patience) {
    this.socket = socket;
    this.approvals = approvals;
    this.mayAnswer = mayAnswer;
    this.status = status;
    this.explainer = explainer;
    this.patience = patience;
  }

  /**
   * Binds the socket and begins to answer.
   *
   * @param folder is created with mode 0700, or must be such
   * @param name of the socket in it
   * @param uid who owns it
   * @param mayAnswer whether whoever holds the socket that is bound to this path may {@code
   *     answer}: the agent, which has the same user, must not
   * @param status counters, as a JSON object; holds no value of a secret
   * @throws PaleException 760 when it cannot be bound, 761 when another gateway listens there
   */
  public static ControlServer open(
      Path folder,
      String name,
      long uid,
      Approvals approvals,
      Predicate<Path> mayAnswer,
      Supplier<JsonValue> status,
      Explainer explainer) {
    return open(folder, name, uid, approvals, mayAnswer, status, explainer, Duration.ofSeconds(10));
  }

  static ControlServer open(
      Path folder,
      String name,
      long uid,
      Approvals approvals,
      Predicate<Path> mayAnswer,
      Supplier<JsonValue> status,
      Explainer explainer,
      Duration patience) {
    ControlServer server =
        new ControlServer(
            ControlSocket.bind(folder, name, uid),
            approvals,
            mayAnswer,
            status,
            explainer,
            patience);
    Thread.ofVirtual().name("control").start(server::acceptAll);
    return server;
  }

  /** Where it listens. */
  public Path path() {
    return socket.path();
  }

  private void acceptAll() {
    while (true) {
      try {
        accept(socket.accept());
      } catch (ClosedChannelException closed) {
        return;
      } catch (IOException outOfDescriptors) {
        try {
          Thread.sleep(100);
        } catch (InterruptedException e) {
          return;
        }
      }
    }
  }

  private void accept(SocketChannel peer) {
    if (!ControlSocket.isSameUser(peer, socket.path()) || !places.tryAcquire()) {
      hangUp(peer);
      return;
    }
    connections.add(peer);
    Thread.ofVirtual()
        .name("control-peer")
        .start(() -> {
          try (LineChannel lines = new LineChannel(peer, LONGEST_REQUEST)) {
            serve(lines, peer);
          } catch (IOException | InterruptedException gone) {
            // The peer's loss.
          } finally {
            connections.remove(peer);
            places.release();
          }
        });
  }

  private void serve(LineChannel lines, SocketChannel peer)
      throws IOException, InterruptedException {
    for (byte[] line = lines.read(patience); line != null; line = lines.read(patience)) {
      String answer;
      try {
        answer = answer(line, peer);
      } catch (PaleException notJson) {
        lines.write(error("not a request", "send one JSON object a line"), patience);
        return;
      } catch (IllegalStateException | IllegalArgumentException fault) {
        answer = error("the gateway could not answer that", "");
      }
      lines.write(answer, patience);
    }
  }

  private String answer(byte[] line, SocketChannel peer) throws InterruptedException {
    if (!(Json.parse(line, "the request") instanceof JsonObject request)) {
      return error("not a request", "send one JSON object a line");
    }
    ControlMessage message = new ControlMessage(request);
    return switch (message.text("op")) {
      case "pending" -> pending(message);
      case "answer" -> answer(message, peer);
      case "status" ->
          new JsonWriter()
              .beginObject()
              .member("ok", true)
              .name("status")
              .value(status.get())
              .endObject()
              .toString();
      case "explain" -> explain(message);
      default -> error("unknown op", "use pending, answer, status or explain");
    };
  }

  private String pending(ControlMessage message) throws InterruptedException {
    long millis = Math.clamp(message.number("waitMillis", 0), 0L, LONGEST_WAIT.toMillis());
    Approvals.Snapshot snapshot =
        approvals.awaitChange(message.number("seen", -1), Duration.ofMillis(millis));
    JsonWriter json = new JsonWriter().beginObject().member("ok", true);
    json.member("version", snapshot.version()).name("pending").beginArray();
    for (Pending pending : snapshot.pending()) {
      ControlMessage.write(json, pending);
    }
    return json.endArray().endObject().toString();
  }

  private String answer(ControlMessage message, SocketChannel peer) {
    if (!isPerson(peer)) {
      return error(
          "an answer from below the gateway is not taken: the agent is there",
          "pale gateway approve, in a terminal of your own");
    }
    boolean answered =
        approvals.answer(message.text("id"), message.truth("allow"), message.text("who"));
    return new JsonWriter()
        .beginObject()
        .member("ok", true)
        .member("answered", answered)
        .endObject()
        .toString();
  }

  /** A peer can be looked for only when its own end of the connection has a name. */
  private boolean isPerson(SocketChannel peer) {
    try {
      return peer.getRemoteAddress() instanceof UnixDomainSocketAddress own
          && Objects.equals(socket.path().getParent(), own.getPath().getParent())
          && mayAnswer.test(own.getPath());
    } catch (IOException gone) {
      return false;
    }
  }

  private String explain(ControlMessage message) {
    try {
      JsonValue explained = explainer.explain(message.text("method"), message.text("url"));
      return new JsonWriter()
          .beginObject()
          .member("ok", true)
          .name("explain")
          .value(explained)
          .endObject()
          .toString();
    } catch (Refusal refusal) {
      return error(refusal.code() + ": " + refusal.reason(), refusal.mend());
    }
  }

  private static String error(String why, String mend) {
    return new JsonWriter()
        .beginObject()
        .member("ok", false)
        .member("error", why)
        .member("mend", mend)
        .endObject()
        .toString();
  }

  private static void hangUp(SocketChannel peer) {
    try {
      peer.close();
    } catch (IOException e) {
      // It is gone already.
    }
  }

  /** Hangs up on everybody and removes the socket. The approvals stay as they are. */
  @Override
  public void close() {
    socket.close();
    connections.forEach(ControlServer::hangUp);
  }
}
