package dev.pale.gateway;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.HttpInput;
import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.http.Limits;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.http.ResponseHead;
import dev.pale.gateway.inject.Binding;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostName;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.placeholder.Placeholders;
import dev.pale.gateway.placeholder.Wish;
import dev.pale.gateway.policy.Mode;
import dev.pale.gateway.policy.Policy;
import dev.pale.gateway.service.Slot;
import dev.pale.gateway.tls.SessionAuthority;
import dev.pale.gateway.tls.UpstreamTrust;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Takes the path of a request a few hundred times, with a server and a client of its own on
 * loopback: for the recording of the start-up cache, which then knows the classes and loops that
 * matter. Nothing else calls it.
 */
public final class Rehearsal {
  private static final String HOST = "rehearsal.pale.invalid";
  private static final int REQUESTS = 400;

  private Rehearsal() {}

  /**
   * Rehearses.
   *
   * @param folder an empty folder of this user, 0700
   */
  public static void run(Path folder) {
    try {
      perform(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void perform(Path folder) throws IOException {
    SessionAuthority own =
        SessionAuthority.create(InstantSource.system(), new SecureRandom(), Duration.ofDays(1));
    Path ca = Files.write(folder.resolve("ca.pem"), own.certificatePem());
    SecretName name = SecretName.of("REHEARSAL_KEY");
    SecretValue real =
        SecretValue.copyOf(
            name.text(), "not-a-secret-0123456789-abcdefghi".getBytes(StandardCharsets.US_ASCII));
    String fake = Placeholders.mint(List.of(new Wish(name, "", real)), new SecureRandom()).of(name);
    HostPattern host = HostPattern.parse(HOST);
    try (ServerSocket server = new ServerSocket()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SSLContext tls = own.contextFor(HOST);
      Thread.ofPlatform().daemon().start(() -> serve(server, tls));
      GatewaySettings settings =
          new GatewaySettings(folder.resolve("log"), folder.resolve("run"), "rehearsal")
              .upstreamCa(List.of(ca))
              .connectTo(
                  Map.of(
                      new Authority(HostName.parse(HOST), 443),
                      new InetSocketAddress(
                          InetAddress.getLoopbackAddress(), server.getLocalPort())));
      try (Gateway gateway = Gateway.start(settings)) {
        Binding binding =
            new Binding(
                name, fake, real, List.of(host), List.of(new Slot.Scheme("Bearer")), false, false);
        Client client =
            gateway.addClient(
                new ClientSettings(
                    "rehearsal",
                    new Policy(Mode.ENFORCE, List.of(host), List.of(), -1),
                    List.of(binding)));
        Path session = Files.write(folder.resolve("session.pem"), gateway.certificatePem());
        SSLContext trust = UpstreamTrust.of(List.of(session));
        ask(client, trust, fake);
        ask(client, trust, fake);
      }
    }
  }

  private static void ask(Client client, SSLContext trust, String fake) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), client.authenticated().port())) {
      socket.setTcpNoDelay(true);
      String login =
          Base64.getEncoder()
              .encodeToString(
                  ("pale:" + client.authenticated().token()).getBytes(StandardCharsets.US_ASCII));
      HttpOutput out = new HttpOutput(socket.getOutputStream(), 1024);
      out.ascii("CONNECT ").ascii(HOST).ascii(":443 HTTP/1.1\r\n");
      out.field("Host", HOST + ":443").field("Proxy-Authorization", "Basic " + login);
      out.endHead();
      out.flush();
      HttpInput in = new HttpInput(socket.getInputStream(), 1024);
      in.readResponse("CONNECT", Limits.DEFAULT);
      try (SSLSocket secure =
          (SSLSocket) trust.getSocketFactory().createSocket(socket, HOST, 443, true)) {
        secure.startHandshake();
        HttpOutput to = new HttpOutput(secure.getOutputStream(), 1024);
        HttpInput from = new HttpInput(secure.getInputStream(), 4096);
        byte[] body = new byte[4096];
        for (int i = 0; i < REQUESTS; i++) {
          to.ascii("POST /v1/rehearse?n=").ascii(Integer.toString(i)).ascii(" HTTP/1.1\r\n");
          to.field("Host", HOST).field("Authorization", "Bearer " + fake);
          to.field("Content-Type", "application/json").field("Content-Length", "2");
          to.endHead();
          to.beginBody(new Framing.Length(2));
          to.body(new byte[] {'{', '}'}, 0, 2);
          to.endBody();
          to.flush();
          ResponseHead answer = from.readResponse("POST", Limits.DEFAULT);
          var reader = from.body(answer.framing());
          while (reader.read(body, 0, body.length) >= 0) {
            // Until its end.
          }
        }
      }
    }
  }

  private static void serve(ServerSocket server, SSLContext tls) {
    while (!server.isClosed()) {
      try (Socket plain = server.accept();
          SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, true)) {
        plain.setTcpNoDelay(true);
        socket.setUseClientMode(false);
        answer(
            new HttpInput(socket.getInputStream(), 4096),
            new HttpOutput(socket.getOutputStream(), 4096));
      } catch (IOException gone) {
        // The next one is waited for.
      }
    }
  }

  private static void answer(HttpInput in, HttpOutput out) throws IOException {
    byte[] body = ("{\"data\":\"" + "x".repeat(220) + "\"}").getBytes(StandardCharsets.US_ASCII);
    byte[] scratch = new byte[1024];
    for (RequestHead head = in.readRequest(Limits.DEFAULT);
        head != null;
        head = in.readRequest(Limits.DEFAULT)) {
      var reader = in.body(head.framing());
      while (reader.read(scratch, 0, scratch.length) >= 0) {
        // Until its end.
      }
      out.ascii("HTTP/1.1 200 OK\r\n").field("Content-Type", "application/json");
      out.field("Content-Length", Integer.toString(body.length));
      out.endHead();
      out.beginBody(new Framing.Length(body.length));
      out.body(body, 0, body.length);
      out.endBody();
      out.flush();
    }
  }
}
