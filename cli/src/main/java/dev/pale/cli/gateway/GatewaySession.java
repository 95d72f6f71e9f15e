package dev.pale.cli.gateway;

import dev.pale.cli.session.Session;
import dev.pale.gateway.Alarm;
import dev.pale.gateway.Client;
import dev.pale.gateway.ClientSettings;
import dev.pale.gateway.Gateway;
import dev.pale.gateway.GatewaySettings;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.UpstreamProxy;
import dev.pale.gateway.placeholder.Placeholders;
import dev.pale.gateway.policy.Policy;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.LocalVault;
import dev.pale.vault.VaultAdmin;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * A gateway that runs for this call, with its folders: started, given clients, closed. What it
 * leaves is the request log.
 *
 * <p>Not thread-safe.
 */
final class GatewaySession implements AutoCloseable {
  private final String name;
  private final Path folder;
  private final Gateway gateway;
  private final List<SecretValue> logins = new ArrayList<>();

  private GatewaySession(String name, Path folder, Gateway gateway) {
    this.name = name;
    this.folder = folder;
    this.gateway = gateway;
  }

  /** A client with its placeholders, and its policy, which may have learned. */
  record Joined(Client client, Placeholders placeholders, Policy policy) {}

  /**
   * Starts one.
   *
   * @param listen where clients with a token connect; empty: loopback and any free port
   * @param ahead what was begun already
   */
  static GatewaySession start(
      Session session,
      GatewayPlan plan,
      Actor actor,
      Optional<InetSocketAddress> listen,
      Gateway.Ahead ahead) {
    SessionFolders folders = new SessionFolders(session.context());
    String name = folders.newSession();
    Path folder = folders.create(name);
    List<SecretValue> logins = new ArrayList<>();
    try {
      folders.removeOldLogs(Duration.ofDays(plan.user().keepLogsDays()));
      List<Path> authorities = new ArrayList<>();
      plan.user().upstreamCa().forEach(each -> authorities.add(Path.of(each)));
      GatewaySettings settings =
          new GatewaySettings(folders.logs(), folder, name)
              .privateHosts(plan.privateHosts())
              .connectTo(plan.connectTo())
              .upstreamProxy(proxy(session, plan, actor, logins))
              .upstreamCa(authorities)
              .ahead(ahead)
              .approvalWait(Duration.ofSeconds(plan.user().approveSeconds()))
              .alarms(alarm -> record(session, alarm, actor));
      listen.ifPresent(settings::listen);
      GatewaySession started = new GatewaySession(name, folder, Gateway.start(settings));
      started.logins.addAll(logins);
      return started;
    } catch (RuntimeException | Error e) {
      logins.forEach(SecretValue::close);
      SessionFolders.remove(folder);
      throw e;
    }
  }

  /** The session's name. */
  String name() {
    return name;
  }

  /** The session's folder, 0700, gone when it is closed. */
  Path folder() {
    return folder;
  }

  /** The gateway. */
  Gateway gateway() {
    return gateway;
  }

  /**
   * Adds a client with placeholders of its own.
   *
   * @param values stay the caller's
   * @param plain whether programs of this process need no token
   */
  Joined add(
      String clientName,
      GatewayPlan plan,
      SortedMap<SecretName, SecretValue> values,
      boolean plain,
      Optional<Path> unixSocket) {
    Placeholders placeholders = plan.placeholders(values);
    Policy policy = plan.policy();
    ClientSettings settings =
        new ClientSettings(clientName, policy, plan.bindings(values, placeholders));
    if (plain) {
      settings.plainListener();
    }
    unixSocket.ifPresent(settings::unixSocket);
    return new Joined(gateway.addClient(settings), placeholders, policy);
  }

  private static Optional<UpstreamProxy> proxy(
      Session session, GatewayPlan plan, Actor actor, List<SecretValue> logins) {
    Optional<String> url = plan.user().upstreamProxy();
    if (url.isEmpty()) {
      return Optional.empty();
    }
    Authority proxy =
        Lines.authority(
            url.get().substring("http://".length()), Lines.CONFIG_TOML, plan.user().line());
    Optional<SecretValue> login =
        plan.user().upstreamProxySecret().map(text -> login(session, text, actor));
    login.ifPresent(logins::add);
    return Optional.of(new UpstreamProxy(proxy.host().text(), proxy.port(), login));
  }

  /** {@code PROJECT/ENV/NAME}, as the user's own file says: no repository can name one. */
  private static SecretValue login(Session session, String text, Actor actor) {
    String[] parts = text.split("/", -1);
    SecretName name = SecretName.of(parts[2]);
    SortedMap<SecretName, SecretValue> found =
        session
            .vault()
            .read(
                ReadRequest.only(
                    new Place(parts[0], parts[1]), Set.of(name), ReadRequest.Verb.STORE, actor));
    SecretValue value = found.get(name);
    if (value == null) {
      throw PaleException.of(
          104, "secret " + name + " is not in the vault", text, "pale set " + name);
    }
    return value;
  }

  private static void record(Session session, Alarm alarm, Actor actor) {
    String detail = "alarm of " + alarm.client() + ": " + alarm.code() + ": " + alarm.text();
    note(session, false, detail, actor);
  }

  /** Into the vault's audit log, now or with its next transaction; never asks for a key. */
  static void note(Session session, boolean allowed, String detail, Actor actor) {
    try {
      if (session.isOpen()) {
        session.vault().record(GatewayValues.EVENT, allowed, detail, actor);
        return;
      }
    } catch (PaleException busy) {
      // Noted below.
    }
    if (LocalVault.exists(session.context().folders())) {
      VaultAdmin.recordLater(
          session.context().folders(), GatewayValues.EVENT, allowed, detail, actor);
    }
  }

  @Override
  public void close() {
    try {
      gateway.close();
    } finally {
      logins.forEach(SecretValue::close);
      SessionFolders.remove(folder);
    }
  }
}
