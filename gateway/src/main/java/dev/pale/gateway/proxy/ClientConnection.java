package dev.pale.gateway.proxy;

import dev.pale.gateway.http.HttpInput;
import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.http.Limits;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.Target;
import dev.pale.gateway.refusal.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client: proves whose it is, then either becomes a tunnel for one authority,
 * whose TLS ends here, or carries plain HTTP requests in absolute form. Runs on a thread of its
 * own.
 */
final class ClientConnection implements Runnable {
  /** From connecting to the end of the first request's head. */
  static final long YOUNG_MILLIS = 20_000;

  /** Between two requests, the second one's head included. */
  static final long IDLE_MILLIS = 90_000;

  private static final int IN_BYTES = 8 * 1024;
  private static final int OUT_BYTES = 16 * 1024;

  /** The first byte of a TLS record with a ClientHello. */
  private static final int TLS_HANDSHAKE = 0x16;

  private static final int REST_MILLIS = 150;
  private static final long REST_BYTES = 1 << 20;
  private static final int MOST_FAILED_LOGINS = 5;
  private static final String[] ALPN = {"http/1.1"};
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final Shared shared;
  private final Connections.Entry entry;
  private final Socket socket;
  private @Nullable ClientSession session;

  /** What answers are written to: the connection, or TLS over it. */
  private Socket upper;

  /**
   * A connection.
   *
   * @param session whose it is, where the listener knows; null where a token must tell
   */
  ClientConnection(
      Shared shared, Connections.Entry entry, Socket socket, @Nullable ClientSession session) {
    this.shared = shared;
    this.entry = entry;
    this.socket = socket;
    this.upper = socket;
    this.session = session;
  }

  @Override
  public void run() {
    try (entry) {
      socket.setTcpNoDelay(true);
      serve();
    } catch (IOException | Refusal closed) {
      // The client has gone, or was told.
    } catch (RuntimeException fault) {
      // Outside of an exchange, which answers itself: a row is all that may be said of it.
      Rows.refused(shared, session, "", "", null, Answers.fault());
    }
  }

  private void serve() throws IOException {
    HttpInput in = new HttpInput(socket.getInputStream(), IN_BYTES);
    HttpOutput out = new HttpOutput(socket.getOutputStream(), OUT_BYTES);
    int failedLogins = 0;
    Exchange plain = null;
    ClientSession owner = session;
    try {
      while (true) {
        RequestHead head = readHead(in, out, "http", "", owner);
        if (head == null) {
          return;
        }
        Optional<ClientSession> known =
            session == null
                ? Credential.of(head.headers(), shared.clients())
                : Optional.of(session);
        Refusal refusal = known.isEmpty() ? noCredentials() : notForProxy(head);
        if (refusal != null) {
          boolean again =
              refusal.status() == 407
                  && ++failedLogins < MOST_FAILED_LOGINS
                  && Incoming.isBodyless(head);
          refuse(out, refusal, head, "", again);
          if (again) {
            continue;
          }
          return;
        }
        ClientSession client = known.orElseThrow();
        entry.owner(client);
        owner = client;
        if (head.form() == RequestHead.Form.AUTHORITY) {
          tunnel(client, head, in, out);
          return;
        }
        if (plain == null) {
          plain = new Exchange(shared, entry, client, in, out, socket.getOutputStream());
        }
        if (!plainRequest(plain, client, head, out)) {
          return;
        }
        entry.waiting(IDLE_MILLIS);
      }
    } finally {
      if (plain != null) {
        plain.close();
      }
    }
  }

  private static @Nullable Refusal notForProxy(RequestHead head) {
    if (head.headers().count("origin") > 0) {
      // A page in a browser; its requests to the proxy's own port are never wanted, and those that
      // a browser sends through the proxy have their Origin inside the tunnel.
      return Refusal.of(
          403,
          "browser-request",
          "a request with an Origin field is not taken at this port",
          "use https through the proxy");
    }
    return switch (head.form()) {
      case AUTHORITY ->
          head.method().equals("CONNECT")
              ? null
              : Refusal.of(400, "bad-target", "host:port is a target for CONNECT alone", "");
      case ABSOLUTE -> null;
      case ORIGIN, ASTERISK ->
          Refusal.of(
              400,
              "not-a-proxy-request",
              "this is a proxy: it takes CONNECT and absolute http:// targets",
              "set HTTPS_PROXY and HTTP_PROXY");
    };
  }

  private static Refusal noCredentials() {
    return Refusal.of(
        407,
        "no-credentials",
        "the proxy's user and password are missing or wrong",
        "use the address in HTTPS_PROXY, with user and password");
  }

  private @Nullable RequestHead readHead(
      HttpInput in, HttpOutput out, String scheme, String authority, @Nullable ClientSession owner)
      throws IOException {
    try {
      return in.readRequest(Limits.DEFAULT);
    } catch (Refusal refusal) {
      Rows.refused(shared, owner, scheme, authority, null, refusal);
      Answers.refuse(out, refusal, false, false);
      takeRest();
      throw refusal;
    }
  }

  /**
   * Takes what the client still sends, for a moment: a connection that is closed over unread bytes
   * is reset, and the answer is lost with it.
   */
  private void takeRest() throws IOException {
    if (socket instanceof ChannelSocket) {
      return;
    }
    upper.shutdownOutput();
    socket.setSoTimeout(REST_MILLIS);
    InputStream raw = socket.getInputStream();
    byte[] scratch = new byte[8192];
    long taken = 0;
    try {
      int n = 0;
      while (n >= 0 && taken < REST_BYTES) {
        n = raw.read(scratch, 0, scratch.length);
        taken += n;
      }
    } catch (SocketTimeoutException silent) {
      // It has nothing more to say.
    }
  }

  private void refuse(
      HttpOutput out, Refusal refusal, RequestHead head, String authority, boolean keep)
      throws IOException {
    Rows.refused(shared, session, "http", authority, head, refusal);
    Answers.refuse(out, refusal, head.method().equals("HEAD"), keep);
  }

  /** An absolute-form request over plain HTTP. */
  private boolean plainRequest(
      Exchange exchange, ClientSession client, RequestHead head, HttpOutput out)
      throws IOException {
    Target target;
    try {
      // Some clients send https targets without a tunnel: the way upstream is TLS all the same.
      target = Target.ofAbsolute(head.target());
      if (!Shared.isOwn(target.authority().host())) {
        client.policy.admit(target.authority(), target.tls());
      } else if (Shared.isProbe(target.authority().host())) {
        shared.own().connected(target.authority().host());
      }
    } catch (Refusal refusal) {
      Rows.refused(shared, client, "http", "", head, refusal);
      Answers.refuse(out, refusal, head.method().equals("HEAD"), false);
      return false;
    }
    return exchange.handle(
        head.withTarget(RequestHead.Form.ORIGIN, target.rest()), target.authority(), target.tls());
  }

  private void tunnel(ClientSession client, RequestHead head, HttpInput in, HttpOutput out)
      throws IOException {
    Authority authority;
    try {
      authority = OneAuthority.ofConnect(head);
      if (client.tooManyConnections()) {
        throw Refusal.of(
            503, "too-many-connections", "this client has too many connections", "close some");
      }
      if (!Shared.isOwn(authority.host())) {
        admitEither(client, authority);
      } else if (Shared.isProbe(authority.host())) {
        shared.own().connected(authority.host());
      }
    } catch (Refusal refusal) {
      Rows.refused(shared, client, "https", Rows.safe(head.target()), head, refusal);
      Answers.refuse(out, refusal, false, false);
      return;
    }
    out.ascii("HTTP/1.1 200 Connection established\r\n\r\n");
    out.flush();
    InputStream rest = in.rest();
    int first = rest.read();
    if (first < 0) {
      return;
    }
    InputStream all =
        new SequenceInputStream(new ByteArrayInputStream(new byte[] {(byte) first}), rest);
    if (first != TLS_HANDSHAKE) {
      plainTunnel(client, authority, all);
      return;
    }
    try (SSLSocket secure = secured(authority, all)) {
      secure.startHandshake();
      upper = secure;
      serveTunnel(
          client,
          authority,
          secure.getInputStream(),
          secure.getOutputStream(),
          isNamed(secure.getSession(), authority),
          true);
    } catch (SSLException e) {
      Rows.refused(shared, client, "https", authority.toString(), null, brokenTls(e));
    }
  }

  /** What comes in the tunnel decides whether it is TLS; one of the two must be allowed. */
  private static void admitEither(ClientSession client, Authority authority) {
    try {
      client.policy.admit(authority, true);
    } catch (Refusal noTls) {
      try {
        client.policy.admit(authority, false);
      } catch (Refusal neither) {
        throw noTls;
      }
    }
  }

  /** Plain HTTP in a tunnel: Node's fetch sends http requests so. */
  private void plainTunnel(ClientSession client, Authority authority, InputStream all)
      throws IOException {
    try {
      if (!Shared.isOwn(authority.host())) {
        client.policy.admit(authority, false);
      }
    } catch (Refusal refusal) {
      Rows.refused(shared, client, "http", authority.toString(), null, refusal);
      Answers.refuse(new HttpOutput(socket.getOutputStream(), OUT_BYTES), refusal, false, false);
      return;
    }
    serveTunnel(client, authority, all, socket.getOutputStream(), true, false);
  }

  private SSLSocket secured(Authority authority, InputStream all) throws IOException {
    SSLSocket secure =
        (SSLSocket)
            shared
                .authority()
                .contextFor(authority.host().text())
                .getSocketFactory()
                .createSocket(socket, all, true);
    secure.setUseClientMode(false);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setApplicationProtocols(ALPN);
    parameters.setProtocols(PROTOCOLS);
    secure.setSSLParameters(parameters);
    return secure;
  }

  private static Refusal brokenTls(SSLException e) {
    String text = String.valueOf(e.getMessage());
    if (text.contains("unknown_ca")
        || text.contains("certificate_unknown")
        || text.contains("bad_certificate")) {
      return Refusal.of(
          495,
          "client-distrusts",
          "the client does not trust the session's authority",
          "pale gateway doctor tells which variable the program needs");
    }
    if (text.contains("no_application_protocol") || text.contains("application protocol")) {
      return Refusal.of(
          495, "http2-only", "the client speaks HTTP/2 alone", "let it speak HTTP/1.1");
    }
    return Refusal.of(
        495, "tls-failed", "no TLS handshake came of it", "use https through the proxy");
  }

  private void serveTunnel(
      ClientSession client,
      Authority authority,
      InputStream from,
      OutputStream to,
      boolean named,
      boolean tls)
      throws IOException {
    String scheme = tls ? "https" : "http";
    HttpInput in = new HttpInput(from, IN_BYTES);
    HttpOutput out = new HttpOutput(to, OUT_BYTES);
    try (Exchange exchange = new Exchange(shared, entry, client, in, out, to)) {
      while (true) {
        session = client;
        RequestHead head = readHead(in, out, scheme, authority.toString(), client);
        if (head == null) {
          return;
        }
        if (!named) {
          Refusal refusal =
              Refusal.alarm(
                  421,
                  "authority-mismatch",
                  "the TLS server name is another than the tunnel's host",
                  "send every request in a tunnel of its own host");
          Rows.refused(shared, client, "https", authority.toString(), head, refusal);
          Answers.refuse(out, refusal, head.method().equals("HEAD"), false);
          return;
        }
        if (!exchange.handle(head, authority, tls)) {
          return;
        }
        entry.waiting(IDLE_MILLIS);
      }
    }
  }

  /** A client that sends a server name must send the tunnel's; one that sends none may. */
  private static boolean isNamed(SSLSession tls, Authority authority) {
    if (!(tls instanceof ExtendedSSLSession extended)) {
      return false;
    }
    List<SNIServerName> names = extended.getRequestedServerNames();
    for (SNIServerName name : names) {
      if (!(name instanceof SNIHostName host)
          || !host.getAsciiName().toLowerCase(Locale.ROOT).equals(authority.host().text())) {
        return false;
      }
    }
    return true;
  }
}
