package dev.pale.gateway;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonWriter;
import dev.pale.gateway.approve.Approvals;
import dev.pale.gateway.approve.ControlServer;
import dev.pale.gateway.inject.Binding;
import dev.pale.gateway.inject.Injector;
import dev.pale.gateway.log.RequestLog;
import dev.pale.gateway.name.AddressGuard;
import dev.pale.gateway.policy.Budget;
import dev.pale.gateway.proxy.ClientSession;
import dev.pale.gateway.proxy.PeerCheck;
import dev.pale.gateway.proxy.ProxyServer;
import dev.pale.gateway.redact.Item;
import dev.pale.gateway.redact.Redactor;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.gateway.tls.SessionAuthority;
import dev.pale.gateway.tls.UpstreamTrust;
import dev.pale.gateway.trust.ProxyAddress;
import dev.pale.gateway.trust.Sightings;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLContext;

/**
 * A running gateway: the one door of this room.
 *
 * <p>{@link #start} it, {@link #addClient} for each client session, give the client its address,
 * its placeholders and the authority's certificate, and {@link #close} it at the end.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>A real value leaves only over TLS (or to a host for which plain HTTP is allowed by name),
 *       to an authority that the binding names and the policy allows, in the binding's slot, once a
 *       request; and only after its row is in the log.
 *   <li>What comes back has every rendering of every value that {@link dev.pale.secrets.Needles}
 *       knows replaced by the placeholder, in heads and bodies. Not closed: a server that
 *       transforms the value in a way of its own.
 *   <li>A request without the client's token, or from a process that is not below this one, gets
 *       nothing.
 *   <li>The authority's private key and the real values are in this process's memory only. When the
 *       process ends, the client has no network and no value.
 *   <li>A client that does not go through the gateway is not stopped: that takes a fence.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Gateway implements AutoCloseable {
  private static final int TOKEN_BYTES = 32;
  private static final Duration APPROVAL_EXPIRY = Duration.ofMinutes(5);
  private static final int MOST_QUESTIONS = 16;

  /** What a busy connection may take of the heap, with its buffers and those of TLS, both sides. */
  private static final long CONNECTION_BYTES = 192 * 1024;

  private static final int FEWEST_CONNECTIONS = 64;

  /** So long the start of a command has the processor to itself. */
  private static final long HEAD_START_MILLIS = 30;

  private final GatewaySettings settings;
  private final SecureRandom random;
  private final SessionAuthority authority;
  private final FutureTask<SSLContext> trust;
  private final Approvals approvals;
  private final Alarms alarms;
  private final ProxyServer server;
  private final ControlServer control;
  private final int port;
  private final Map<String, ClientSettings> clients = new ConcurrentHashMap<>();
  private final List<ClientSession> sessions = new ArrayList<>();

  /**
   * What every gateway needs and takes a while, on a thread of its own: begun before the settings
   * are known. Belongs to one gateway. Thread-safe.
   */
  public static final class Ahead {
    private final FutureTask<SessionAuthority> authority =
        new FutureTask<>(() -> SessionAuthority.create(InstantSource.system(), new SecureRandom()));

    private Ahead() {}

    private SessionAuthority authority() {
      try {
        return authority.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof PaleException told
            ? told
            : new IllegalStateException("no certificate authority", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /** Begins with what needs no settings. */
  public static Ahead begin() {
    Ahead ahead = new Ahead();
    Thread.ofPlatform().daemon().name("ahead").start(ahead.authority);
    return ahead;
  }

  private Gateway(GatewaySettings settings) throws IOException {
    this.settings = settings;
    this.random = new SecureRandom();
    for (Path file : settings.upstreamCa()) {
      if (!Files.isReadable(file)) {
        throw PaleException.of(
            741,
            "cannot read the file of certificate authorities " + file,
            "upstream_ca in [gateway] of config.toml names it",
            "name a readable file in PEM");
      }
    }
    this.trust = new FutureTask<>(() -> UpstreamTrust.of(settings.upstreamCa(), Runnable::run));
    Ahead begun = settings.ahead();
    this.authority = (begun == null ? begin() : begun).authority();
    this.approvals =
        new Approvals(settings.approvalWait(), APPROVAL_EXPIRY, MOST_QUESTIONS, System::nanoTime);
    this.alarms = new Alarms(settings.alarms());
    AddressGuard guard =
        new AddressGuard(settings.privateHosts(), settings.connectTo(), InetAddress::getAllByName);
    this.server =
        ProxyServer.create(
            authority,
            guard,
            this::trust,
            settings.upstreamProxy(),
            approvals,
            (client, method, url) -> explain(client.name(), method, url),
            (client, refusal) -> alarm(client.name(), refusal),
            settings.answerWait().toMillis(),
            connections(),
            uid());
    this.port = server.listen(settings.listen());
    this.control =
        ControlServer.open(
            settings.socketFolder(),
            settings.session() + ".sock",
            uid(),
            approvals,
            new PeerCheck(uid())::isOutside,
            this::status,
            this::explained);
  }

  /**
   * Starts.
   *
   * @throws PaleException 770 when it cannot listen or its log cannot be written; 740 to 759 of
   *     what it is made of
   */
  public static Gateway start(GatewaySettings settings) {
    try {
      return new Gateway(settings);
    } catch (java.net.BindException e) {
      InetSocketAddress listen = settings.listen();
      throw PaleException.of(
          770,
          "the gateway cannot listen on " + listen.getHostString() + ":" + listen.getPort(),
          "another program listens there, or the address is not this machine's",
          "choose another address with --listen",
          e);
    } catch (IOException e) {
      throw PaleException.of(
          770,
          "the gateway cannot start",
          "it cannot listen, or its folders cannot be written",
          "check the disk, and the limits of open files",
          e);
    }
  }

  /**
   * Does on a thread of its own what the first request would have to wait for: reads the system's
   * authorities, loads the classes of a handshake. Meant for when the clients have been started,
   * because it takes processor time that their start would lack.
   */
  public void warmUp() {
    Thread.ofPlatform()
        .daemon()
        .name("warm-up")
        .start(() -> {
          try {
            Thread.sleep(HEAD_START_MILLIS);
            trust.run();
            authority.prepare();
          } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /**
   * Adds a client session.
   *
   * @throws PaleException 771 when its listeners cannot be made; 730 to 739 when a value cannot be
   *     used
   */
  public synchronized Client addClient(ClientSettings added) {
    Injector injector = new Injector(added.bindings());
    List<Item> items = new ArrayList<>();
    for (Binding binding : added.bindings()) {
      items.add(new Item(binding.name(), binding.real(), binding.placeholder()));
    }
    // One client, one log; the first one's has the session's name.
    String file = clients.isEmpty() ? settings.session() : settings.session() + "-" + added.name();
    RequestLog log = RequestLog.create(settings.logFolder(), file, InstantSource.system());
    for (Binding binding : added.bindings()) {
      log.totals().know(binding.name());
    }
    Redactor redactor = new Redactor(items);
    for (Redactor.Skipped skipped : redactor.skipped()) {
      log.totals().unsearched(skipped.name(), skipped.reason().text());
    }
    ClientSession session =
        new ClientSession(
            added.name(),
            added.policy(),
            new Budget(added.policy(), System::nanoTime),
            injector,
            redactor,
            log);
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = HexFormat.of().formatHex(bytes);
    Optional<ProxyAddress> plain = Optional.empty();
    try {
      if (added.hasPlainListener()) {
        int plainPort = server.listenForDescendants(session);
        plain = Optional.of(new ProxyAddress("127.0.0.1", plainPort, ""));
      }
      if (added.unixSocket().isPresent()) {
        server.listen(added.unixSocket().get(), session);
      }
    } catch (IOException e) {
      session.close();
      throw PaleException.of(
          771,
          "client " + added.name() + " of the gateway gets no listener",
          "",
          "check the folder and whether the address is free",
          e);
    }
    clients.put(added.name(), added);
    sessions.add(session);
    server.admit(token, session);
    InetSocketAddress listen = settings.listen();
    String host =
        listen.isUnresolved() ? listen.getHostString() : listen.getAddress().getHostAddress();
    return new Client(
        added.name(), new ProxyAddress(host, port, token), plain, log.totals(), log.file());
  }

  /** The certificate of this session's authority, PEM. */
  public byte[] certificatePem() {
    return authority.certificatePem();
  }

  /** The certificate of this session's authority, DER. */
  public byte[] certificateDer() {
    return authority.certificateDer();
  }

  /** Whom the human answers to. */
  public Approvals approvals() {
    return approvals;
  }

  /**
   * Whether a client's request for {@code https://gateway.pale.invalid/ping/NONCE} came through.
   */
  public boolean sawPing(String nonce) {
    return server.sawPing(nonce);
  }

  /** What was seen of the probes of {@code pale gateway doctor}. */
  public Sightings sightings() {
    return server.sightings();
  }

  /** Why a request of a client would be sent or not, as JSON; no values. */
  public String explain(String client, String method, String url) {
    ClientSettings known = clients.get(client);
    return known == null
        ? "{}"
        : Explanation.of(known.policy(), known.bindings(), method, url).json(method, url);
  }

  /** Where {@code pale gateway approve} and {@code explain} find this gateway. */
  public Path controlSocket() {
    return control.path();
  }

  private synchronized JsonValue status() {
    JsonWriter json = new JsonWriter();
    json.beginObject().name("clients").beginArray();
    for (ClientSession session : sessions) {
      json.beginObject().member("name", session.name()).member("rows", session.log().rows());
      json.member("bytes_back", session.log().totals().bytes()).endObject();
    }
    json.endArray().endObject();
    return Json.parse(json.toString().getBytes(StandardCharsets.UTF_8), "status");
  }

  /** Of the first client: a control socket belongs to one session, which mostly has just one. */
  private JsonValue explained(String method, String url) {
    String first;
    synchronized (this) {
      first = sessions.isEmpty() ? "" : sessions.getFirst().name();
    }
    return Json.parse(explain(first, method, url).getBytes(StandardCharsets.UTF_8), "explanation");
  }

  /** How many alarms could not be written to the audit log. */
  public long alarmsLost() {
    return alarms.failed();
  }

  private void alarm(String client, Refusal refusal) {
    alarms.raise(new Alarm(client, refusal.code(), refusal.reason()));
  }

  /** The system's authorities are read by whoever comes first, the warming thread or a request. */
  private SSLContext trust() {
    try {
      trust.run();
      return trust.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PaleException told) {
        throw Refusal.of(502, "no-trust", told.what(), told.mend());
      }
      throw Refusal.of(502, "no-trust", "the system's authorities cannot be read", "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.of(502, "ending", "the gateway is ending", "");
    }
  }

  /**
   * As many as the heap and the descriptors allow: each takes two, its own and the one upstream.
   */
  private static int connections() throws IOException {
    long most = Runtime.getRuntime().maxMemory() / CONNECTION_BYTES;
    for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
      if (line.startsWith("Max open files")) {
        String soft = line.substring("Max open files".length()).trim().split(" ", 2)[0];
        if (!soft.equals("unlimited")) {
          long possible = (Long.parseLong(soft) - 100) / 2;
          most = Math.min(most, possible);
        }
      }
    }
    return (int) Math.clamp(most, FEWEST_CONNECTIONS, 10_000L);
  }

  /** From the text, because the folder of a process that cannot be dumped belongs to root. */
  private static long uid() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Uid:")) {
        return Long.parseLong(line.split("\\s+", 3)[1]);
      }
    }
    throw new IOException("no Uid in /proc/self/status");
  }

  /** Ends every connection, denies what waits for the human, closes the log, forgets the values. */
  @Override
  public synchronized void close() {
    // Before the connections, which are waited for: some may wait for the human.
    approvals.close();
    server.close();
    control.close();
    alarms.close();
    for (ClientSession session : sessions) {
      session.close();
    }
    for (ClientSettings each : clients.values()) {
      for (Binding binding : each.bindings()) {
        binding.real().close();
      }
    }
  }
}
