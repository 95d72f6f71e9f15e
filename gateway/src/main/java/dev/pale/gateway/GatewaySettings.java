package dev.pale.gateway;

import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.name.UpstreamProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is started with. Every setting has a default but the folders.
 *
 * <p>Not thread-safe; not changed any more once the gateway has started.
 */
public final class GatewaySettings {
  private final Path logFolder;
  private final Path socketFolder;
  private final String session;
  private List<HostPattern> privateHosts = List.of();
  private Map<Authority, InetSocketAddress> connectTo = Map.of();
  private Optional<UpstreamProxy> upstreamProxy = Optional.empty();
  private List<Path> upstreamCa = List.of();
  private Duration approvalWait = Duration.ofSeconds(45);
  private Duration answerWait = Duration.ofMinutes(10);
  private Gateway.@Nullable Ahead ahead;
  private Consumer<Alarm> alarms = alarm -> {};
  private InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  /**
   * Settings.
   *
   * @param logFolder where the request log goes; a 0700 folder that is there
   * @param socketFolder where the control socket goes; a 0700 folder that is there
   * @param session the session's name: letters, digits and hyphens
   */
  public GatewaySettings(Path logFolder, Path socketFolder, String session) {
    this.logFolder = logFolder;
    this.socketFolder = socketFolder;
    this.session = session;
  }

  /** Hosts with private addresses that may be reached on purpose. */
  public GatewaySettings privateHosts(List<HostPattern> hosts) {
    privateHosts = List.copyOf(hosts);
    return this;
  }

  /** Where some authorities are really dialled. */
  public GatewaySettings connectTo(Map<Authority, InetSocketAddress> map) {
    connectTo = Map.copyOf(map);
    return this;
  }

  /** A proxy through which everything goes. */
  public GatewaySettings upstreamProxy(Optional<UpstreamProxy> proxy) {
    upstreamProxy = proxy;
    return this;
  }

  /** PEM files of authorities that upstream certificates may come from, besides the system's. */
  public GatewaySettings upstreamCa(List<Path> files) {
    upstreamCa = List.copyOf(files);
    return this;
  }

  /** How long a request waits for the human before it is told to come back; default 45 s. */
  public GatewaySettings approvalWait(Duration wait) {
    approvalWait = wait;
    return this;
  }

  /** How long an upstream may be silent; default 10 minutes, because models think. */
  public GatewaySettings answerWait(Duration wait) {
    answerWait = wait;
    return this;
  }

  /** What was begun before these settings were known; without it, it is begun with the start. */
  public GatewaySettings ahead(Gateway.Ahead begun) {
    ahead = begun;
    return this;
  }

  /**
   * Where alarms go, for the audit log; called on a thread of its own, one at a time. What it
   * throws is told to {@link Gateway#alarmsLost}.
   */
  public GatewaySettings alarms(Consumer<Alarm> sink) {
    alarms = sink;
    return this;
  }

  /** Where clients with a token connect; default 127.0.0.1 and any free port. */
  public GatewaySettings listen(InetSocketAddress address) {
    listen = address;
    return this;
  }

  Path logFolder() {
    return logFolder;
  }

  Path socketFolder() {
    return socketFolder;
  }

  String session() {
    return session;
  }

  List<HostPattern> privateHosts() {
    return privateHosts;
  }

  Map<Authority, InetSocketAddress> connectTo() {
    return connectTo;
  }

  Optional<UpstreamProxy> upstreamProxy() {
    return upstreamProxy;
  }

  List<Path> upstreamCa() {
    return upstreamCa;
  }

  Duration approvalWait() {
    return approvalWait;
  }

  Duration answerWait() {
    return answerWait;
  }

  Gateway.@Nullable Ahead ahead() {
    return ahead;
  }

  Consumer<Alarm> alarms() {
    return alarms;
  }

  InetSocketAddress listen() {
    return listen;
  }
}
