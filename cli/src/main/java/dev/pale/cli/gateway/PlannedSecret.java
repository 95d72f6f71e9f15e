package dev.pale.cli.gateway;

import dev.pale.formats.project.GatewaySecret;
import dev.pale.formats.project.ProjectFile;
import dev.pale.formats.project.SecretDeclaration;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.policy.Rule;
import dev.pale.gateway.service.Service;
import dev.pale.gateway.service.ServiceCatalogue;
import dev.pale.gateway.service.Slot;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A secret of the gateway, without its value: where it may go, and where in a request it stands.
 * What {@code pale.toml} leaves open comes from the service.
 *
 * @param name the secret
 * @param optional whether a session goes on without it
 * @param from where its value is; empty for the vault
 * @param routes where it may go, at least one: a service's API, and what else the service has
 * @param shape the shape of the placeholder; empty to guess
 * @param plainHttp whether it may go without encryption
 * @param rules of the preset
 */
record PlannedSecret(
    SecretName name,
    boolean optional,
    String from,
    List<Route> routes,
    String shape,
    boolean plainHttp,
    List<Rule> rules) {
  /** What most services take, where neither file nor service says anything. */
  private static final Slot COMMON_SLOT = new Slot.Scheme("Bearer");

  PlannedSecret {
    routes = List.copyOf(routes);
    rules = List.copyOf(rules);
  }

  /**
   * Hosts that take a secret in the same way.
   *
   * @param service the id of the service; empty when none fits
   * @param hosts at least one
   * @param slots at least one; the first is used where a request holds no placeholder
   * @param whenAbsent whether it is put in when a request has no authorisation
   */
  record Route(String service, List<HostPattern> hosts, List<Slot> slots, boolean whenAbsent) {
    Route {
      hosts = List.copyOf(hosts);
      slots = List.copyOf(slots);
    }

    private boolean leadsTo(Authority authority, boolean tls) {
      for (HostPattern host : hosts) {
        if (host.matches(authority, tls)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * A secret as a file and the catalogue have it.
   *
   * @throws PaleException 780 to 783, and 700 and 720 with the line
   */
  static PlannedSecret of(ProjectFile file, SecretDeclaration secret, ServiceCatalogue catalogue) {
    GatewaySecret wanted = file.gatewaySecret(secret);
    List<Service> services = services(secret, wanted, catalogue);
    List<Route> routes = new ArrayList<>();
    List<Rule> rules = new ArrayList<>();
    boolean preset = false;
    for (Service service : services) {
      List<Rule> named = service.presets().get(wanted.preset());
      // A part of the service that the preset says nothing about is left out, not left open.
      if (wanted.preset().isEmpty() || named != null) {
        routes.add(route(secret, wanted, service));
        rules.addAll(named == null ? List.of() : named);
        preset |= named != null;
      }
    }
    if (services.isEmpty()) {
      routes.add(route(secret, wanted));
    }
    if (!wanted.preset().isEmpty() && !preset) {
      throw noPreset(secret, wanted, services);
    }
    return new PlannedSecret(
        secret.name(),
        secret.optional(),
        secret.from(),
        routes,
        wanted.placeholder().isEmpty() && !services.isEmpty()
            ? services.getFirst().shape()
            : wanted.placeholder(),
        wanted.plainHttp(),
        rules);
  }

  /** Where the value may go, in whatever way. */
  List<HostPattern> hosts() {
    List<HostPattern> hosts = new ArrayList<>();
    for (Route route : routes) {
      for (HostPattern host : route.hosts()) {
        if (!hosts.contains(host)) {
          hosts.add(host);
        }
      }
    }
    return hosts;
  }

  /** The routes to a destination; none when the value may not go there. */
  List<Route> routesTo(Authority authority, boolean tls) {
    List<Route> found = new ArrayList<>();
    for (Route route : routes) {
      if ((tls || plainHttp) && route.leadsTo(authority, tls)) {
        found.add(route);
      }
    }
    return found;
  }

  /** The service with its companions; with hosts of its own where the file names some. */
  private static List<Service> services(
      SecretDeclaration secret, GatewaySecret wanted, ServiceCatalogue catalogue) {
    String id =
        wanted.service().isEmpty()
            ? catalogue.bySecretName(secret.name().text()).map(Service::id).orElse("")
            : wanted.service();
    if (id.isEmpty()) {
      return List.of();
    }
    if (catalogue.byId(id).isEmpty()) {
      throw PaleException.of(
          782,
          at(wanted.line("service", secret.line())) + "there is no service " + id,
          "secret " + secret.name() + " asks for it",
          "pale gateway services lists them; files of your own go into the folder services of your"
              + " configuration");
    }
    if (!secret.hosts().isEmpty()) {
      return List.of(catalogue.withHosts(id, hosts(secret, wanted)));
    }
    return wanted.slots().isEmpty()
        ? catalogue.withCompanions(id)
        : List.of(catalogue.byId(id).orElseThrow());
  }

  private static List<HostPattern> hosts(SecretDeclaration secret, GatewaySecret wanted) {
    return Lines.hosts(secret.hosts(), Lines.PALE_TOML, wanted.line("hosts", secret.line()));
  }

  private static Route route(SecretDeclaration secret, GatewaySecret wanted, Service service) {
    if (service.hosts().isEmpty()) {
      throw noHosts(
          secret,
          "service "
              + service.id()
              + " is at another host for everybody"
              + (service.note().isEmpty() ? "" : ": " + service.note()));
    }
    requireMeant(secret, wanted, service.hosts());
    List<Slot> own = slots(secret, wanted);
    return new Route(
        service.id(),
        service.hosts(),
        !own.isEmpty() ? own : service.slots().isEmpty() ? List.of(COMMON_SLOT) : service.slots(),
        wanted.whenAbsent().orElse(service.whenAbsent()));
  }

  private static Route route(SecretDeclaration secret, GatewaySecret wanted) {
    if (secret.hosts().isEmpty()) {
      throw noHosts(secret, "no service has secrets of this name, and hosts is not set");
    }
    List<HostPattern> hosts = hosts(secret, wanted);
    requireMeant(secret, wanted, hosts);
    List<Slot> own = slots(secret, wanted);
    return new Route(
        "", hosts, own.isEmpty() ? List.of(COMMON_SLOT) : own, wanted.whenAbsent().orElse(false));
  }

  private static PaleException noHosts(SecretDeclaration secret, String why) {
    return PaleException.of(
        780,
        at(secret.line()) + "nothing says to which hosts " + secret.name() + " may go",
        why,
        "add hosts = [\"api.example.com\"], or service = \"…\" of: pale gateway services");
  }

  /** Where anybody can rent a name next door, a wildcard sends the value to whoever does. */
  private static void requireMeant(
      SecretDeclaration secret, GatewaySecret wanted, List<HostPattern> hosts) {
    if (wanted.sharedHosts()) {
      return;
    }
    // A service's own wildcards were looked at by whoever wrote its file.
    boolean own = !secret.hosts().isEmpty();
    for (HostPattern host : hosts) {
      Optional<String> shared = host.sharedBy();
      if ((own && host.isWildcard()) || shared.isPresent()) {
        throw PaleException.of(
            781,
            at(wanted.line("hosts", secret.line()))
                + secret.name()
                + " would go to "
                + host
                + (shared.isPresent() ? ", a host that others can rent" : ", to every host of it"),
            shared.orElse("one of them may be, or become, somebody else's"),
            "name the exact host in hosts, or add shared_hosts = true if all of them are yours");
      }
    }
  }

  private static List<Slot> slots(SecretDeclaration secret, GatewaySecret wanted) {
    List<Slot> slots = new ArrayList<>();
    for (String text : wanted.slots()) {
      slots.add(
          Lines.at(
              Lines.PALE_TOML,
              wanted.line("slots", secret.line()),
              () -> ServiceCatalogue.parseSlot(text)));
    }
    return slots;
  }

  private static PaleException noPreset(
      SecretDeclaration secret, GatewaySecret wanted, List<Service> services) {
    String there =
        services.isEmpty() ? "" : String.join(", ", services.getFirst().presets().keySet());
    return PaleException.of(
        783,
        at(wanted.line("preset", secret.line())) + "there is no preset " + wanted.preset(),
        services.isEmpty()
            ? "no service is known for " + secret.name()
            : "service " + services.getFirst().id() + " has " + (there.isEmpty() ? "none" : there),
        "name one of them, or write [[gateway.rules]]");
  }

  private static String at(int line) {
    return Lines.PALE_TOML + " line " + line + ": ";
  }
}
