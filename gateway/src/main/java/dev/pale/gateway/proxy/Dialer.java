package dev.pale.gateway.proxy;

import dev.pale.gateway.http.HttpInput;
import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.http.Limits;
import dev.pale.gateway.http.ResponseHead;
import dev.pale.gateway.name.AddressGuard;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.UpstreamProxy;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Opens connections to servers: the name is resolved once, every address is vetted, and a vetted
 * address is dialled. Over a corporate proxy the proxy resolves, so only literal addresses can be
 * vetted. Thread-safe.
 */
final class Dialer {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int HANDSHAKE_MILLIS = 20_000;
  private static final int MOST_ADDRESSES = 4;
  private static final String[] ALPN = {"http/1.1"};

  private final AddressGuard guard;
  private final Supplier<SSLContext> trust;
  private final Optional<UpstreamProxy> proxy;

  Dialer(AddressGuard guard, Supplier<SSLContext> trust, Optional<UpstreamProxy> proxy) {
    this.guard = guard;
    this.trust = trust;
    this.proxy = proxy;
  }

  /** Told of every socket, so that it can be ended while this waits for it. */
  @FunctionalInterface
  interface Watcher {
    void opened(Socket socket) throws IOException;
  }

  /**
   * Connects.
   *
   * @throws Refusal 403 when the address is not allowed, 502 when there is no connection to be had
   */
  Upstream dial(Authority authority, boolean tls, Watcher watcher) throws IOException {
    Socket socket =
        proxy.isPresent() ? overProxy(proxy.get(), authority, watcher) : direct(authority, watcher);
    boolean done = false;
    try {
      socket.setTcpNoDelay(true);
      Upstream upstream =
          new Upstream(authority, tls ? secured(socket, authority) : socket, socket);
      done = true;
      return upstream;
    } catch (SSLException e) {
      throw Refusal.of(
          502,
          "upstream-untrusted",
          "the certificate of " + authority + " is not trusted, or TLS failed: " + words(e),
          "if it belongs to your own authority, add its file to upstream_ca in [gateway] of config.toml");
    } catch (IOException e) {
      throw Refusal.of(
          502,
          "upstream-unreachable",
          authority + " broke off the TLS handshake, or never answered it",
          "check that it speaks TLS, or try again later");
    } finally {
      if (!done) {
        Connections.quietly(socket);
      }
    }
  }

  private Socket direct(Authority authority, Watcher watcher) throws IOException {
    List<InetSocketAddress> addresses = guard.vet(authority);
    boolean silent = false;
    for (int i = 0; i < Math.min(addresses.size(), MOST_ADDRESSES); i++) {
      Socket socket = new AheadSocket();
      Patience patience = new Patience(socket, CONNECT_MILLIS);
      try (patience) {
        watcher.opened(socket);
        socket.connect(addresses.get(i));
        return socket;
      } catch (IOException e) {
        Connections.quietly(socket);
        silent = patience.isOver();
      }
    }
    throw Refusal.of(
        502,
        "upstream-unreachable",
        "no connection to " + authority + (silent ? ": it does not answer" : ": it is refused"),
        "check that the service is up, or try again later");
  }

  private Socket overProxy(UpstreamProxy through, Authority authority, Watcher watcher)
      throws IOException {
    if (authority.host().isAddress()) {
      // The only thing that can be looked at: what a name stands for is the proxy's business.
      guard.vet(authority);
    }
    Socket socket = new AheadSocket();
    boolean done = false;
    // The proxy answers once it has reached the server itself.
    try (Patience _ = new Patience(socket, CONNECT_MILLIS + HANDSHAKE_MILLIS)) {
      watcher.opened(socket);
      socket.connect(new InetSocketAddress(through.host(), through.port()));
      socket.setTcpNoDelay(true);
      HttpOutput out = new HttpOutput(socket.getOutputStream(), 1024);
      out.ascii("CONNECT ").ascii(authority.toString()).ascii(" HTTP/1.1\r\n");
      out.field("Host", authority.toString());
      if (through.login().isPresent()) {
        writeLogin(out, through.login().get());
      }
      out.endHead();
      out.flush();
      HttpInput in = new HttpInput(socket.getInputStream(), 1024);
      ResponseHead answer = in.readResponse("CONNECT", Limits.DEFAULT);
      if (answer.status() != 200) {
        throw Refusal.of(
            502,
            "upstream-proxy-refused",
            "the upstream proxy answered " + answer.status() + " for " + authority,
            answer.status() == 407
                ? "set upstream_proxy_secret in [gateway] of config.toml"
                : "ask whoever runs the proxy");
      }
      if (in.buffered() > 0) {
        throw new IOException("a server that speaks first");
      }
      done = true;
      return socket;
    } catch (IOException e) {
      throw Refusal.of(
          502,
          "upstream-proxy-unreachable",
          "no connection through the upstream proxy",
          "check upstream_proxy in [gateway] of config.toml");
    } finally {
      if (!done) {
        Connections.quietly(socket);
      }
    }
  }

  private static void writeLogin(HttpOutput out, SecretValue login) {
    byte[] blob = Base64.getEncoder().encode(login.bytes(Reveal.INJECT));
    try {
      out.beginField("Proxy-Authorization");
      out.ascii("Basic ").bytes(blob, 0, blob.length);
      out.endField();
    } finally {
      Arrays.fill(blob, (byte) 0);
    }
  }

  private SSLSocket secured(Socket socket, Authority authority) throws IOException {
    String host = authority.host().text();
    SSLSocket secure =
        (SSLSocket)
            trust.get().getSocketFactory().createSocket(socket, host, authority.port(), true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(ALPN);
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    if (!authority.host().isAddress()) {
      parameters.setServerNames(List.of(new SNIHostName(host)));
    }
    secure.setSSLParameters(parameters);
    try (Patience _ = new Patience(socket, HANDSHAKE_MILLIS)) {
      secure.startHandshake();
    }
    return secure;
  }

  /** What the TLS layer says, without anything that a server could have put into it. */
  private static String words(SSLException e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String kind = cause.getClass().getSimpleName();
    return switch (kind) {
      case "SunCertPathBuilderException" -> "no trusted authority signed it";
      case "CertificateExpiredException" -> "it has expired";
      case "CertificateNotYetValidException" -> "it is not yet valid";
      case "CertificateException" -> "it is for another name";
      default -> "the handshake failed";
    };
  }
}
