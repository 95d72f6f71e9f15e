package dev.pale.cli.gateway;

import dev.pale.cli.context.Context;
import dev.pale.cli.run.RunFront;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.gateway.Gateway;
import dev.pale.gateway.approve.Approvals;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.gateway.trust.CallerCertificates;
import dev.pale.gateway.trust.ProxyAddress;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import dev.pale.system.Hardening;
import dev.pale.system.Processes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "serve",
    header = "Run a gateway for programs that something else starts.",
    description = {
      "Stays in the foreground until it gets TERM or INT. Each client gets a folder with pale.env"
          + " (placeholders, proxy with a token of its own, certificate files) and what it points to."
          + " The folders go when the gateway ends. Requests that a rule wants asked about are asked"
          + " about here when this is your terminal, else by pale gateway approve.",
      "",
      "Limits: whoever has a client's folder can use its secrets through the gateway, within the"
          + " policy, as long as it runs; nobody gets their values. Programs on the JVM need a token"
          + " that they cannot send: start those with pale gateway run. Values are read once, at the"
          + " start."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale gateway serve --listen 127.0.0.1:8080 --client agent --out /run/user/1000/agents",
      "  pale gateway serve --listen 0.0.0.0:8080 --expose --as gateway:8080 --client ci --out out"
          + " --at /pale"
    })
final class GatewayServeCommand extends PaleCommand {
  private static final String EVENT = "gateway serve";
  private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

  /** Also keeps a gateway that was closed by a signal from being asked without a rest. */
  private static final long PAUSE_MILLIS = 200;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where clients connect, with their token: 127.0.0.1:8080.")
  Optional<String> listen = Optional.empty();

  @Option(
      names = "--unix",
      paramLabel = "DIR",
      description =
          "A socket for each client in this folder, NAME.sock, without a token: for a" + " fence.")
  Optional<Path> unix = Optional.empty();

  @Option(
      names = "--client",
      paramLabel = "NAME",
      description = "A client; may be given several times.")
  List<String> clients = new ArrayList<>();

  @Option(names = "--out", paramLabel = "DIR", description = "Where the clients' folders go.")
  Optional<Path> out = Optional.empty();

  @Option(
      names = "--as",
      paramLabel = "HOST:PORT",
      description = "Where clients see the gateway, when that is not where it listens.")
  Optional<String> as = Optional.empty();

  @Option(
      names = "--at",
      paramLabel = "PATH",
      description = "Where a client sees its folder, when that is not where it is.")
  Optional<Path> at = Optional.empty();

  @Option(
      names = "--expose",
      description =
          "Listen beyond this machine: the way to the gateway is not encrypted, and"
              + " whoever reads it has the token.")
  boolean expose;

  @Option(
      names = "--only",
      paramLabel = "NAMES",
      description = "Only these of the gateway's secrets, separated by commas.")
  List<String> only = new ArrayList<>();

  @Option(
      names = "--observe",
      description = "Let requests to hosts that no rule names out, without secrets; propose rules.")
  boolean observe;

  GatewayServeCommand(Session session) {
    super(session);
  }

  /** One client with its folder. */
  private record Served(String name, ServedClient files, GatewaySession.Joined joined) {}

  @Override
  protected void perform() {
    ServedClient.requireNames(clients);
    if (out.isEmpty()) {
      throw PaleException.usage(
          130, "pale gateway serve needs --out", "it writes a folder for each client", "--out DIR");
    }
    Optional<InetSocketAddress> address = listen.map(this::address);
    if (address.isEmpty() && unix.isEmpty()) {
      throw PaleException.usage(
          130, "pale gateway serve needs --listen or --unix", "", "--listen 127.0.0.1:8080");
    }
    Optional<Authority> seen = as.map(text -> authority(text, "--as"));
    Hardening.closeDoors();
    Gateway.Ahead ahead = Gateway.begin();
    RunFront.requireTrust(session, EVENT);
    session.requireReason(EVENT);
    Actor actor = session.actor(EVENT);
    GatewayPlan plan =
        GatewayPlan.of(
            session.projectFile(),
            session.config(),
            GatewayRunCommand.catalogue(session),
            new GatewayPlan.Flags(Names.of(only), observe, false));
    SortedMap<SecretName, SecretValue> values = GatewayValues.read(session, plan, actor);
    GatewaySession running;
    try {
      running = GatewaySession.start(session, plan, actor, address, ahead);
    } catch (RuntimeException | Error e) {
      GatewayValues.close(values);
      throw e;
    }
    List<Served> served = new ArrayList<>();
    try {
      for (String client : clients) {
        served.add(serve(running, plan, values, client, seen));
      }
    } catch (RuntimeException | Error e) {
      served.forEach(each -> each.files().remove());
      running.close();
      throw e;
    } finally {
      GatewayValues.close(values);
    }
    AtomicBoolean ended = new AtomicBoolean();
    Runnable end =
        () -> {
          if (!ended.getAndSet(true)) {
            end(running, served, actor);
          }
        };
    // TERM and INT are the way in which it ends: a clean end has status 0.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              end.run();
              session.context().err().flush();
              Processes.exit(0);
            }));
    try {
      tell(running, served);
      running.gateway().warmUp();
      ask(running.gateway().approvals());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end.run();
    }
  }

  /** Asks the person at this terminal; without one only waits. Returns when interrupted. */
  private void ask(Approvals approvals) throws InterruptedException {
    Asking asking = new Asking(session, approvals::answer);
    boolean person = session.prompt().canAsk();
    long seen = -1;
    while (true) {
      Approvals.Snapshot snapshot = approvals.awaitChange(seen, LOOK_EVERY);
      seen = snapshot.version();
      if (person) {
        asking.ask(snapshot.pending());
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private Served serve(
      GatewaySession running,
      GatewayPlan plan,
      SortedMap<SecretName, SecretValue> values,
      String client,
      Optional<Authority> seen) {
    Context context = session.context();
    ServedClient files =
        ServedClient.create(context.cwd().resolve(out.orElseThrow()), client, context.uid());
    Optional<Path> socket =
        unix.map(folder ->
            Folders.create(context.cwd().resolve(folder), context.uid()).resolve(client + ".sock"));
    GatewaySession.Joined joined = running.add(client, plan, values, false, socket);
    ProxyAddress own = joined.client().authenticated();
    ProxyAddress address =
        seen.map(there -> new ProxyAddress(there.host().text(), there.port(), own.token()))
            .orElse(own);
    ClientEnvironment variables =
        ClientEnvironment.of(
            files.folder(),
            running,
            plan,
            joined,
            values,
            address,
            address,
            // Not this process's: the client is another program, perhaps on another machine.
            Map.of(),
            CallerCertificates.of(Map.of()));
    files.write(variables.set(), at.orElse(files.folder()));
    return new Served(client, files, joined);
  }

  private void tell(GatewaySession running, List<Served> served) {
    String where = served.getFirst().joined().client().authenticated().toString();
    if (session.screen().json()) {
      JsonWriter json =
          new JsonWriter()
              .beginObject()
              .member("session", running.name())
              .member("listen", where)
              .name("clients")
              .beginArray();
      for (Served each : served) {
        json.beginObject()
            .member("name", each.name())
            .member("env", each.files().file().toString())
            .member("log", each.joined().client().log().toString())
            .endObject();
      }
      session.screen().document(json.endArray().endObject());
      return;
    }
    session.screen().remark("gateway " + running.name() + " listens on " + where);
    for (Served each : served) {
      session.screen().remark("  client " + each.name() + ": " + each.files().file());
    }
  }

  private void end(GatewaySession running, List<Served> served, Actor actor) {
    for (Served each : served) {
      each.files().remove();
    }
    running.close();
    for (Served each : served) {
      Announcement.end(session, running, each.joined().policy(), each.joined().client(), actor);
    }
  }

  private InetSocketAddress address(String text) {
    Authority authority = authority(text, "--listen");
    InetAddress address;
    try {
      address = InetAddress.getByName(authority.host().text());
    } catch (UnknownHostException e) {
      throw PaleException.usage(
          130, "--listen does not take that address", "", "--listen 127.0.0.1:8080");
    }
    if (!address.isLoopbackAddress() && !expose) {
      throw PaleException.usage(
          789,
          "--listen " + authority + " is open to other machines",
          "the way from a client to the gateway is not encrypted: whoever reads it has the token,"
              + " and can use the secrets within the policy",
          "listen on 127.0.0.1, or add --expose where the network is yours");
    }
    return new InetSocketAddress(address, authority.port());
  }

  private static Authority authority(String text, String option) {
    try {
      if (text.lastIndexOf(':') > text.lastIndexOf(']')) {
        return Authority.parse(text, 8080);
      }
    } catch (Refusal e) {
      // Told below.
    }
    throw PaleException.usage(130, option + " needs HOST:PORT", "", option + " 127.0.0.1:8080");
  }
}
