package dev.pale.providers.http;

import dev.pale.providers.spi.Surroundings.Variables;
import dev.pale.secrets.PaleException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * {@link Http} on the JDK's client, HTTP/1.1.
 *
 * <p>What the transport says went wrong is never a cause of an error: it quotes lines that the
 * service sent.
 *
 * <p>Thread-safe.
 */
public final class JdkHttp implements Http, AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final String OWN_HEADERS = " connection content-length expect host upgrade ";

  static {
    // The JDK keeps a password from proxies of tunnels unless told otherwise before its first use.
    // Here only what the user wrote into HTTPS_PROXY is ever sent to one.
    System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
  }

  private final Variables variables;
  private final Pace pace;
  private final Clock clock;
  private final Duration longest;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<Tls, HttpClient> clients = new ConcurrentHashMap<>();
  private @Nullable Proxies proxies;

  private JdkHttp(Variables variables, Pace pace, Clock clock, Duration longest) {
    this.variables = variables;
    this.pace = pace;
    this.clock = clock;
    this.longest = longest;
  }

  /**
   * For real use. Starts nothing before the first call.
   *
   * @param variables the caller's environment, for {@code HTTPS_PROXY} and {@code NO_PROXY}; a
   *     proxy that cannot be used is error 601 of the first call
   */
  public static JdkHttp create(Variables variables, Clock clock) {
    return new JdkHttp(variables, Pace.real(), clock, Duration.ofHours(1));
  }

  /**
   * With time and chance of one's own.
   *
   * @param longest bounds every call, whatever it allows itself
   */
  public static JdkHttp create(Variables variables, Clock clock, Pace pace, Duration longest) {
    return new JdkHttp(variables, pace, clock, longest);
  }

  @Override
  public HttpAnswer send(HttpCall call) {
    Duration limit = call.limit().compareTo(longest) < 0 ? call.limit() : longest;
    Proxies proxies = proxies();
    HttpRequest request = request(call, proxies);
    HttpClient client = clients.computeIfAbsent(call.tls(), tls -> client(tls, proxies));
    Attempts attempts = new Attempts(pace, clock, limit);
    while (true) {
      HttpAnswer answer;
      try {
        answer = once(client, request, call, attempts, limit);
      } catch (NoConnectionException e) {
        if (!call.isRepeatable() || !attempts.again("")) {
          throw e.shown(call);
        }
        continue;
      }
      if (!call.isRepeatable()
          || !Attempts.isPassing(answer.status())
          || !attempts.again(answer.header("retry-after"))) {
        return answer;
      }
      answer.close();
    }
  }

  private synchronized Proxies proxies() {
    Proxies own = proxies;
    if (own == null) {
      own = Proxies.of(variables);
      proxies = own;
    }
    return own;
  }

  private HttpClient client(Tls tls, Proxies proxies) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .proxy(proxies)
            .executor(threads);
    var context = tls.context();
    if (context != null) {
      builder.sslContext(context);
    }
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    return builder.sslParameters(parameters).build();
  }

  private static HttpRequest request(HttpCall call, Proxies proxies) {
    HttpRequest.Builder builder;
    try {
      builder = HttpRequest.newBuilder(URI.create(call.origin().text() + call.target()));
    } catch (IllegalArgumentException e) {
      // Its text quotes the whole target.
      throw PaleException.of(
          613, "the request to " + call.origin() + " cannot be written as a URL", "", "");
    }
    byte[] body = call.bodyBytes();
    builder.method(
        call.method(),
        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    for (String[] header : call.headers()) {
      if (!OWN_HEADERS.contains(" " + header[0].toLowerCase(java.util.Locale.ROOT) + " ")) {
        builder.header(header[0], header[1]);
      }
    }
    boolean direct =
        proxies.isDirect(call.origin().scheme(), call.origin().host(), call.origin().port());
    if (!direct && !proxies.authorization().isEmpty()) {
      builder.header("Proxy-Authorization", proxies.authorization());
    }
    return builder.build();
  }

  private HttpAnswer once(
      HttpClient client, HttpRequest request, HttpCall call, Attempts attempts, Duration limit)
      throws NoConnectionException {
    BoundedBody body = new BoundedBody(call.maxAnswerBytes());
    CompletableFuture<HttpResponse<byte[]>> sent = client.sendAsync(request, body);
    boolean ended = false;
    try {
      HttpResponse<byte[]> answer = sent.get(attempts.nanosLeft(), TimeUnit.NANOSECONDS);
      ended = true;
      if (answer.statusCode() / 100 == 3) {
        throw redirected(call, answer.statusCode());
      }
      return new HttpAnswer(answer.statusCode(), answer.headers().map(), answer.body());
    } catch (TimeoutException e) {
      throw PaleException.of(
          603,
          call.origin() + " did not answer in time",
          "asked for " + call.what() + ", waited " + Durations.text(limit),
          "try again; check the network and the service");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PaleException.of(603, "the request to " + call.origin() + " was given up", "", "");
    } catch (ExecutionException e) {
      throw explained(e, call);
    } finally {
      if (!ended) {
        sent.cancel(true);
        body.wipe();
      }
    }
  }

  private static PaleException redirected(HttpCall call, int status) {
    return PaleException.of(
        605,
        call.origin() + " answers with a redirect",
        "status " + status + " for " + call.what() + "; credentials are not taken elsewhere",
        "set the provider's address to where the service really is");
  }

  private static NoConnectionException explained(ExecutionException failure, HttpCall call)
      throws NoConnectionException {
    boolean tls = false;
    String kind = "the connection ended early";
    Throwable each = failure.getCause();
    for (int i = 0; each != null && i < 10; i++, each = each.getCause()) {
      if (each instanceof BoundedBody.TooLargeException) {
        throw PaleException.of(
            604,
            "the answer of " + call.origin() + " is too large",
            "asked for " + call.what() + ", at most " + call.maxAnswerBytes() + " bytes are read",
            "");
      }
      if (each instanceof CertificateException || each instanceof SSLPeerUnverifiedException) {
        throw PaleException.of(
            606,
            "the certificate of " + call.origin() + " is not trusted",
            "it is for another host, has expired, or its authority is not known here",
            "set the provider's ca_file to the authority's certificate, if it is the right one");
      }
      tls |= each instanceof SSLException;
      if (each instanceof ConnectException) {
        kind = "no connection could be made";
      }
    }
    throw new NoConnectionException(tls ? "the TLS handshake or connection failed" : kind);
  }

  /** Ends what is under way and forgets the connections. */
  @Override
  public void close() {
    clients.values().forEach(HttpClient::shutdownNow);
    clients.clear();
    threads.shutdownNow();
  }

  /** No answer came; another attempt may help. */
  private static final class NoConnectionException extends Exception {
    private static final long serialVersionUID = 1L;

    NoConnectionException(String kind) {
      super(kind);
    }

    PaleException shown(HttpCall call) {
      return PaleException.of(
          602,
          "no answer from " + call.origin(),
          "asked for " + call.what() + ": " + getMessage(),
          "check the address, the network and HTTPS_PROXY");
    }
  }
}
