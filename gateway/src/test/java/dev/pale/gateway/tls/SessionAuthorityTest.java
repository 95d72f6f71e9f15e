package dev.pale.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The authority as the JDK's own client meets it, and its life over time. */
class SessionAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final InstantSource clock = now::get;
  private final SessionAuthority authority = SessionAuthority.create(clock, new SecureRandom());

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aClientThatTrustsTheAuthorityBelievesItsHosts(String protocol, @TempDir Path folder)
      throws Exception {
    SessionAuthority today = SessionAuthority.create(InstantSource.system(), new SecureRandom());
    Path ca = Files.write(folder.resolve("ca.pem"), today.certificatePem());
    SSLContext client = UpstreamTrust.of(List.of(ca));
    for (String host :
        List.of("api.example.com", "127.0.0.1", "2001:db8::1", "x".repeat(63) + ".y")) {
      SSLSession session = handshake(today.contextFor(host), client, host, host, protocol, true);

      assertThat(session.getProtocol()).isEqualTo(protocol);
      assertThat(session.getPeerCertificates()).hasSize(1);
    }
  }

  @Test
  void anotherHostIsNotBelieved(@TempDir Path folder) throws Exception {
    SessionAuthority today = SessionAuthority.create(InstantSource.system(), new SecureRandom());
    Path ca = Files.write(folder.resolve("ca.pem"), today.certificatePem());
    SSLContext client = UpstreamTrust.of(List.of(ca));

    assertThatThrownBy(() ->
            handshake(
                today.contextFor("a.example"), client, "b.example", "b.example", "TLSv1.3", true))
        .isInstanceOf(SSLException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_3", "-tls1_2"})
  void aTicketOfOneHostIsWorthNothingForAnother(String protocol, @TempDir Path folder)
      throws Exception {
    Path ticket = folder.resolve("ticket");
    SSLContext own = authority.contextFor("a.example");

    // The client gives the same name each time: only the context tells the hosts apart.
    assertThat(openssl(own, protocol, "-sess_out", ticket.toString())).contains("New, TLS");
    assertThat(openssl(own, protocol, "-sess_in", ticket.toString()))
        .contains("Reused, TLS")
        .contains("CN = a.example");
    assertThat(openssl(authority.contextFor("b.example"), protocol, "-sess_in", ticket.toString()))
        .contains("New, TLS")
        .contains("CN = b.example");
  }

  private static String openssl(SSLContext server, String... options) throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.startVirtualThread(() -> {
        try (Socket accepted = listener.accept();
            SSLSocket secure =
                (SSLSocket) server.getSocketFactory().createSocket(accepted, null, true)) {
          secure.getOutputStream().write('x');
          secure.getInputStream().read();
        } catch (IOException e) {
          // What the client printed tells what failed.
        }
      });
      List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect"));
      command.add("127.0.0.1:" + listener.getLocalPort());
      command.addAll(List.of("-servername", "a.example"));
      command.addAll(List.of(options));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      StringBuilder said = new StringBuilder();
      // The answer's one byte comes after the ticket: then the client is told to quit.
      int c;
      while ((c = process.getInputStream().read()) >= 0) {
        said.append((char) c);
        if (said.length() > 4 && said.charAt(said.length() - 1) == 'x' && atLineStart(said)) {
          process.getOutputStream().write("Q\n".getBytes(StandardCharsets.US_ASCII));
          process.getOutputStream().close();
        }
      }
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return said.toString();
    }
  }

  private static boolean atLineStart(StringBuilder text) {
    return text.charAt(text.length() - 2) == '\n';
  }

  @Test
  void aHostKeepsItsContext() {
    assertThat(authority.contextFor("a.example"))
        .isSameAs(authority.contextFor("a.example"))
        .isNotSameAs(authority.contextFor("b.example"));
  }

  @Test
  void theNumberOfContextsIsBounded() {
    SSLContext kept = authority.contextFor("kept.example");
    for (int i = 0; i < SessionAuthority.HOST_LIMIT + 100; i++) {
      authority.contextFor("h" + i + ".example");
      if (i % 100 == 0) {
        assertThat(authority.contextFor("kept.example")).isSameAs(kept);
      }
    }
    assertThat(authority.hostCount()).isEqualTo(SessionAuthority.HOST_LIMIT);
  }

  @Test
  void aGatewayThatRunsForWeeksNeverShowsAnOldCertificate() throws Exception {
    SSLContext client = believingAnybody();
    for (int hours = 0; hours <= 24 * 21; hours += 7) {
      Instant then = NOW.plus(Duration.ofHours(hours));
      now.set(then);

      SSLSession session =
          handshake(
              authority.contextFor("a.example"),
              client,
              "h" + hours,
              "a.example",
              "TLSv1.3",
              false);

      X509Certificate shown = (X509Certificate) session.getPeerCertificates()[0];
      assertThat(shown.getNotBefore().toInstant()).isBeforeOrEqualTo(then);
      assertThat(shown.getNotAfter().toInstant()).isAfter(then.plus(Duration.ofHours(20)));
    }
  }

  @Test
  void aContextThatIsHeldRenewsItsCertificateToo() throws Exception {
    SSLContext held = authority.contextFor("a.example");
    now.set(NOW.plus(Duration.ofDays(9)));

    SSLSession session =
        handshake(held, believingAnybody(), "a.example", "a.example", "TLSv1.3", false);

    assertThat(((X509Certificate) session.getPeerCertificates()[0]).getNotAfter().toInstant())
        .isAfter(now.get());
  }

  @Test
  void aClockThatWasSetBackGetsACertificateThatHoldsThen() throws Exception {
    authority.contextFor("a.example");
    Instant earlier = NOW.minus(Duration.ofHours(5));
    now.set(earlier);

    SSLSession session =
        handshake(
            authority.contextFor("a.example"),
            believingAnybody(),
            "a.example",
            "a.example",
            "TLSv1.3",
            false);

    assertThat(((X509Certificate) session.getPeerCertificates()[0]).getNotBefore().toInstant())
        .isBeforeOrEqualTo(earlier);
  }

  @Test
  void noCertificateOutlivesTheAuthority() throws Exception {
    now.set(authority.notAfter().minusSeconds(60));
    X509Certificate last = authority.mint("a.example", new byte[0]).certificate();
    assertThat(last.getNotAfter().toInstant()).isEqualTo(authority.notAfter());

    now.set(authority.notAfter());
    assertThatThrownBy(() -> authority.contextFor("a.example"))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(740));
  }

  @Test
  void howLongItLivesIsTheCallersChoiceWithinLimits() {
    SecureRandom random = new SecureRandom();

    assertThat(SessionAuthority.create(clock, random, Duration.ofDays(30)).notAfter())
        .isEqualTo(NOW.plus(Duration.ofDays(30)));
    assertThatThrownBy(() -> SessionAuthority.create(clock, random, Duration.ofMinutes(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SessionAuthority.create(clock, random, Duration.ofDays(4000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "A.example",
        "*.example",
        "a_b.example",
        "a b",
        "a\u0000.example",
        "1.2.3",
        "256.1.1.1",
        "fe80::1%eth0",
        "b\u00fccher.example",
        "a/b"
      })
  void whatIsNoCanonicalHostGetsNoCertificate(String host) {
    assertThatThrownBy(() -> authority.contextFor(host))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(authority.hostCount()).isZero();
  }

  @Test
  void theRehearsalSucceedsAndLeavesNothingBehind() {
    SessionAuthority today = SessionAuthority.create(InstantSource.system(), new SecureRandom());

    assertThat(today.prepare()).isTrue();
    assertThat(today.hostCount()).isZero();
  }

  @Test
  void twoSessionsShareNothing() {
    SessionAuthority other = SessionAuthority.create(clock, new SecureRandom());

    assertThat(other.certificateDer()).isNotEqualTo(authority.certificateDer());
    assertThat(other.name()).isNotEqualTo(authority.name());
  }

  /** One handshake over a real connection, one byte each way so that tickets arrive. */
  static SSLSession handshake(
      SSLContext server,
      SSLContext client,
      String sessionName,
      String host,
      String protocol,
      boolean checksName)
      throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread serving =
          Thread.startVirtualThread(() -> {
            try (Socket accepted = listener.accept();
                SSLSocket secure =
                    (SSLSocket) server.getSocketFactory().createSocket(accepted, null, true)) {
              int asked = secure.getInputStream().read();
              secure.getOutputStream().write(asked);
            } catch (IOException e) {
              // The client's side tells what failed.
            }
          });
      try (Socket plain = new Socket(listener.getInetAddress(), listener.getLocalPort());
          SSLSocket secure =
              (SSLSocket) client.getSocketFactory().createSocket(plain, sessionName, 443, true)) {
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        if (checksName) {
          parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        secure.setSSLParameters(parameters);
        secure.getOutputStream().write(7);
        assertThat(secure.getInputStream().read()).isEqualTo(7);
        return secure.getSession();
      } finally {
        serving.interrupt();
      }
    }
  }

  private static SSLContext believingAnybody() throws Exception {
    X509TrustManager anybody =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type) {}

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {anybody}, null);
    return context;
  }
}
