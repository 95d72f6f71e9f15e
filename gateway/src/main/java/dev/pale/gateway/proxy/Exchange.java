package dev.pale.gateway.proxy;

import dev.pale.gateway.approve.CanonicalRequest;
import dev.pale.gateway.http.BodyReader;
import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.HttpInput;
import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.http.Limits;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.http.ResponseHead;
import dev.pale.gateway.inject.Examiner;
import dev.pale.gateway.inject.Injection;
import dev.pale.gateway.inject.Injector;
import dev.pale.gateway.inject.Use;
import dev.pale.gateway.log.Start;
import dev.pale.gateway.log.Ticket;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.policy.Verdict;
import dev.pale.gateway.redact.Tally;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.gateway.websocket.WebSocketHandshake;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one client connection, one after the other: judged, filled, sent, answered,
 * logged.
 *
 * <p>Decisions look at heads that hold placeholders only. A real value is written by {@link
 * Injection} into the buffer that goes upstream, and exists nowhere else on this path.
 *
 * <p>Not thread-safe; an {@link Upload} of it may run beside.
 */
final class Exchange implements AutoCloseable {
  /** Without any movement on either side. */
  static final long STALL_MILLIS = 120_000;

  /** A request that must not be sent twice goes over a connection that was just used. */
  private static final long FRESH_NANOS = 2_000_000_000L;

  private static final long STALE_NANOS = 50_000_000_000L;

  private final Shared shared;
  private final Connections.Entry entry;
  private final ClientSession session;
  private final HttpInput in;
  private final HttpOutput out;
  private final OutputStream rawOut;
  private @Nullable Injector examinerOf;
  private @Nullable Examiner examiner;
  private @Nullable Upstream upstream;
  private long upstreamUsed;

  /** What is known of the request at hand, for its row. */
  private String scheme = "";

  private String rule = "";
  private @Nullable Ticket ticket;
  private Tally tally = new Tally();
  private long upBytes;
  private int status;
  private boolean answering;

  Exchange(
      Shared shared,
      Connections.Entry entry,
      ClientSession session,
      HttpInput in,
      HttpOutput out,
      OutputStream rawOut) {
    this.shared = shared;
    this.entry = entry;
    this.session = session;
    this.in = in;
    this.out = out;
    this.rawOut = rawOut;
  }

  /**
   * Answers one request.
   *
   * @param raw as it came, in origin form, or in absolute form inside a tunnel
   * @param authority for whom the connection is
   * @return whether the connection can take another one
   */
  boolean handle(RequestHead raw, Authority authority, boolean tls) throws IOException {
    entry.working(STALL_MILLIS);
    scheme = tls ? "https" : "http";
    rule = "";
    ticket = null;
    tally = new Tally();
    upBytes = 0;
    status = 0;
    answering = false;
    RequestHead head = raw;
    boolean finished = false;
    try {
      head = Incoming.inOriginForm(raw, authority, tls);
      boolean again = answer(head, authority, tls);
      finished = true;
      return again;
    } catch (Refusal refusal) {
      finished = true;
      return refused(refusal, head, authority);
    } catch (RuntimeException fault) {
      // What went wrong is not told: its text could hold anything.
      finished = true;
      answering |= !out.bodyComplete();
      out.discard();
      return refused(Answers.fault(), head, authority);
    } finally {
      Ticket open = ticket;
      if (!finished && open != null) {
        open.aborted(answering ? "cut" : "client-gone", status, upBytes, tally);
      }
      if (!finished) {
        closeUpstream();
      }
    }
  }

  /** What goes along, with what later messages of a WebSocket may carry. */
  private static List<Use> uses(Injection injection, @Nullable WebSocketHandshake upgrade) {
    if (upgrade == null || !injection.hasTextSlot()) {
      return injection.uses();
    }
    List<Use> all = new ArrayList<>(injection.uses());
    all.addAll(injection.textUses());
    return all;
  }

  private boolean answer(RequestHead head, Authority authority, boolean tls) throws IOException {
    if (Shared.isOwn(authority.host())) {
      return answerOwn(head, authority);
    }
    Verdict verdict = session.policy.decide(authority, tls, head);
    rule = verdict.rule();
    session.budget.spend(verdict);
    Injection injection = examiner().examine(authority, tls, head);
    long bodyLimit = verdict.maxBodyBytes() < 0 ? Long.MAX_VALUE : verdict.maxBodyBytes();
    if (head.framing() instanceof Framing.Length length && length.bytes() > bodyLimit) {
      throw Incoming.bodyTooLarge();
    }
    WebSocketHandshake upgrade =
        WebSocketHandshake.isAsked(head) ? WebSocketHandshake.of(head) : null;
    boolean asks = verdict instanceof Verdict.Ask;
    Incoming.expectation(head, in, out);
    BodyReader body = Incoming.isBodyless(head) ? null : in.body(head.framing());
    byte[] whole = null;
    if (body != null) {
      whole = Incoming.wholeBody(head, body, injection.wantsWholeBody() || asks, bodyLimit);
    }
    byte[] asCame = whole == null ? new byte[0] : whole;
    if (whole != null) {
      whole = injection.editBody(whole);
    }
    if (body != null && body.ended()) {
      injection.examineTrailers(body.trailers());
    }
    if (asks) {
      ask(head, authority, tls, uses(injection, upgrade), asCame);
    }
    List<String> names = new ArrayList<>(2);
    List<String> slots = new ArrayList<>(2);
    for (Use use : uses(injection, upgrade)) {
      names.add(use.name().text());
      slots.add(use.slot());
    }
    ticket =
        session.log.begin(
            new Start(
                session.name,
                scheme,
                authority.toString(),
                head.method(),
                Paths.redacted(head.target()),
                rule,
                names,
                slots));
    boolean guarded = !injection.isEmpty() || session.injector.mayReach(authority.host());
    Sending sending =
        new Sending(
            head,
            authority,
            tls,
            injection,
            session.redactor,
            body,
            whole,
            bodyLimit,
            guarded,
            upgrade);
    try {
      return send(sending);
    } finally {
      if (whole != null) {
        // It may hold real values.
        Arrays.fill(whole, (byte) 0);
      }
    }
  }

  private boolean send(Sending sending) throws IOException {
    boolean again = sending.isIdempotent();
    while (true) {
      Upstream server = connection(sending);
      boolean reused = server.used;
      Upload upload = null;
      ResponseHead response;
      try {
        sending.writeHead(server.out);
        byte[] whole = sending.whole();
        if (whole != null && !sending.upgrades()) {
          server.out.beginBody(new Framing.Length(whole.length));
          server.out.body(whole, 0, whole.length);
          server.out.endBody();
        }
        leaves();
        server.out.flush();
        if (sending.streams()) {
          upload = startUpload(server, sending);
        }
        entry.working(shared.answerMillis());
        response = finalHead(server, sending);
      } catch (IOException broken) {
        closeUpstream();
        if (upload != null) {
          upload.rethrowRefusal();
        }
        if (reused && again && upload == null) {
          again = false;
          continue;
        }
        throw Refusal.of(
            502,
            "upstream-broken",
            "the server closed the connection without an answer",
            "try again");
      } catch (Refusal refusal) {
        closeUpstream();
        if (upload != null) {
          upload.rethrowRefusal();
        }
        throw refusal;
      }
      return relay(server, sending, response, upload);
    }
  }

  /** A connection for this request: the one at hand, when it is for the same authority. */
  private Upstream connection(Sending sending) throws IOException {
    Upstream open = upstream;
    if (open != null) {
      long idle = System.nanoTime() - upstreamUsed;
      boolean fit =
          open.isFor(sending.authority(), sending.tls())
              && idle < (sending.isIdempotent() ? STALE_NANOS : FRESH_NANOS)
              && !sending.upgrades();
      if (fit) {
        return open;
      }
      closeUpstream();
    }
    Upstream fresh = shared.dialer().dial(sending.authority(), sending.tls(), entry::upstream);
    upstream = fresh;
    return fresh;
  }

  private Upload startUpload(Upstream server, Sending sending) {
    BodyReader body = sending.body();
    if (body == null) {
      throw new IllegalStateException("no body");
    }
    Upload upload =
        new Upload(
            body,
            sending.injection(),
            server,
            sending.head().framing(),
            sending.bodyLimit(),
            () -> entry.working(STALL_MILLIS));
    upload.start();
    return upload;
  }

  /** The first head that is no interim one. */
  private static ResponseHead finalHead(Upstream server, Sending sending) throws IOException {
    for (int interim = 0; interim < 20; interim++) {
      ResponseHead head = server.in.readResponse(sending.head().method(), Limits.DEFAULT);
      if (head.status() == 101) {
        if (!sending.upgrades()) {
          throw Refusal.of(
              502, "unasked-upgrade", "the server switched protocols without being asked", "");
        }
        return head;
      }
      if (head.status() >= 200) {
        return head;
      }
    }
    throw Refusal.of(502, "too-many-interim", "the server sent too many interim answers", "");
  }

  private boolean relay(
      Upstream server, Sending sending, ResponseHead response, @Nullable Upload upload)
      throws IOException {
    Refusal early = upload == null ? null : upload.refusal();
    if (early != null) {
      // Some servers answer what was cut off as if it were whole.
      closeUpstream();
      throw early;
    }
    status = response.status();
    Answering answering =
        new Answering(sending.redactor(), tally, out, entry, () -> this.answering = true);
    RequestHead head = sending.head();
    WebSocketHandshake upgrade = sending.upgrade();
    if (response.status() == 101 && upgrade != null) {
      WebSocketSession sockets =
          new WebSocketSession(sending.redactor(), tally, entry, in, out, rawOut);
      try {
        sockets.run(server, upgrade, response, sending.injection(), () -> this.answering = true);
      } finally {
        closeUpstream();
      }
      finish(sending, upload);
      return false;
    }
    boolean bodyTaken = upload == null || upload.taken();
    boolean again = head.keepsAlive() && head.minorVersion() == 1 && !sending.upgrades();
    try {
      again = answering.relay(server, head, response, sending.guarded(), again && bodyTaken);
    } catch (IOException | Refusal ended) {
      closeUpstream();
      stopped(upload);
      throw ended;
    }
    // A server that closes after its answer wants no more; one that does not may still be reading.
    boolean uploaded = upload == null || (response.keepsAlive() ? upload.await() : upload.ended());
    if (upload != null && !uploaded) {
      // What it is stopped for until then is told as well.
      closeUpstream();
      upload.stop();
    }
    Refusal late = upload == null ? null : upload.refusal();
    if (late != null) {
      late(sending, upload, late);
      return false;
    }
    finish(sending, upload);
    // What a server sends beyond its answer is never taken for the next one.
    boolean surplus = server.in.buffered() > 0;
    if (response.keepsAlive() && uploaded && answering.isWhole() && !surplus) {
      server.used = true;
      upstreamUsed = System.nanoTime();
    } else {
      closeUpstream();
    }
    return again && bodyTaken && answering.isWhole();
  }

  /** Throws what an upload was stopped for, which may be why its answer broke off. */
  private static void stopped(@Nullable Upload upload) {
    if (upload != null) {
      upload.stop();
      Refusal why = upload.refusal();
      if (why != null) {
        throw why;
      }
    }
  }

  private void finish(Sending sending, @Nullable Upload upload) {
    Ticket open = ticket;
    ticket = null;
    if (open != null) {
      upBytes = sending.bodyBytes() + (upload == null ? 0 : upload.bytes());
      open.done(status, upBytes, tally);
    }
  }

  /** What the upload was stopped for when the answer was already on its way to the client. */
  private void late(Sending sending, @Nullable Upload upload, Refusal refusal) {
    closeUpstream();
    Ticket open = ticket;
    ticket = null;
    if (open != null) {
      upBytes = sending.bodyBytes() + (upload == null ? 0 : upload.bytes());
      open.refused(refusal, upBytes, tally);
    }
    alarm(refusal);
  }

  /** From here on the secrets count as having left. */
  private void leaves() {
    Ticket open = ticket;
    if (open != null) {
      open.sent();
    }
  }

  private boolean answerOwn(RequestHead head, Authority authority) throws IOException {
    Incoming.drain(head, in);
    boolean again = head.keepsAlive();
    ticket =
        session.log.begin(
            new Start(
                session.name,
                scheme,
                authority.toString(),
                head.method(),
                Paths.redacted(session.redactor.text(head.target())),
                "own",
                List.of(),
                List.of()));
    Ticket open = ticket;
    status =
        Shared.isProbe(authority.host())
            ? shared.own().answerProbe(authority.host(), scheme.equals("https"), head, out, again)
            : shared.own().answer(session, head, out, again);
    ticket = null;
    open.done(status, 0, tally);
    return again;
  }

  /** Answers a request that is turned down; the connection goes on only when that is safe. */
  private boolean refused(Refusal refusal, RequestHead head, Authority authority)
      throws IOException {
    closeUpstream();
    Ticket open = ticket;
    ticket = null;
    if (open == null) {
      Rows.refused(shared, session, scheme, authority.toString(), head, refusal);
    } else {
      open.refused(refusal, upBytes, tally);
      alarm(refusal);
    }
    if (answering) {
      return false;
    }
    boolean sound = refusal.status() != 400 && refusal.status() != 500;
    boolean again = sound && Incoming.isBodyless(head) && head.keepsAlive();
    Answers.refuse(out, refusal, head.method().equals("HEAD"), again);
    return again;
  }

  private void alarm(Refusal refusal) {
    if (refusal.isAlarm()) {
      shared.alarms().accept(session, refusal);
    }
  }

  private void ask(
      RequestHead head, Authority authority, boolean tls, List<Use> uses, byte[] body) {
    List<String> secrets = new ArrayList<>();
    for (Use use : uses) {
      secrets.add(use.name().text());
    }
    String type = head.headers().first("content-type");
    entry.working(shared.answerMillis());
    shared
        .approvals()
        .require(
            new CanonicalRequest(
                session.name,
                head.method(),
                (tls ? "" : "http://") + authority,
                head.target(),
                secrets,
                type == null ? "" : type,
                Bodies.sha256(body),
                body.length,
                rule,
                Bodies.sha256(head.headers())));
    entry.working(STALL_MILLIS);
  }

  private Examiner examiner() {
    Injector injector = session.injector;
    Examiner mine = examiner;
    if (mine == null || examinerOf != injector) {
      mine = injector.examiner();
      examiner = mine;
      examinerOf = injector;
    }
    return mine;
  }

  private void closeUpstream() {
    Upstream open = upstream;
    upstream = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() {
    closeUpstream();
  }

  /** The stream ended where more had to come. */
  static IOException cut() {
    return new EOFException("the connection ended in the middle of a body");
  }
}
