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
 * @param service the id of the service; empty when none fits
 * @param hosts at least one
 * @param slots at least one; the first is used where a request holds no placeholder
 * @param shape the shape of the placeholder; empty to guess
 * @param whenAbsent whether it is put in when a request has no authorisation
 * @param plainHttp whether it may go without encryption
 * @param rules of the preset
 * @param line of the table in {@code pale.toml}
 */
record PlannedSecret(
    SecretName name,
    boolean optional,
    String from,
    String service,
    List<HostPattern> hosts,
    List<Slot> slots,
    String shape,
    boolean whenAbsent,
    boolean plainHttp,
    List<Rule> rules,
    int line) {
  /** What most services take, where neither file nor service says anything. */
  private static final Slot COMMON_SLOT = new Slot.Scheme("Bearer");

  PlannedSecret {
    hosts = List.copyOf(hosts);
    slots = List.copyOf(slots);
    rules = List.copyOf(rules);
  }

  /**
   * A secret as a file and the catalogue have it.
   *
   * @throws PaleException 780 to 783, and 700 and 720 with the line
   */
  static PlannedSecret of(ProjectFile file, SecretDeclaration secret, ServiceCatalogue catalogue) {
    GatewaySecret wanted = file.gatewaySecret(secret);
    Optional<Service> service = service(secret, wanted, catalogue);
    List<HostPattern> hosts = hosts(secret, wanted, service);
    requireMeant(secret, wanted, hosts);
    return new PlannedSecret(
        secret.name(),
        secret.optional(),
        secret.from(),
        service.map(Service::id).orElse(""),
        hosts,
        slots(secret, wanted, service),
        wanted.placeholder().isEmpty()
            ? service.map(Service::shape).orElse("")
            : wanted.placeholder(),
        wanted.whenAbsent().orElse(service.map(Service::whenAbsent).orElse(false)),
        wanted.plainHttp(),
        preset(secret, wanted, service),
        secret.line());
  }

  /** Whether the value may go there. */
  boolean goesTo(Authority authority, boolean tls) {
    if (!tls && !plainHttp) {
      return false;
    }
    for (HostPattern host : hosts) {
      if (host.matches(authority, tls)) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Service> service(
      SecretDeclaration secret, GatewaySecret wanted, ServiceCatalogue catalogue) {
    if (wanted.service().isEmpty()) {
      return catalogue.bySecretName(secret.name().text());
    }
    Optional<Service> found = catalogue.byId(wanted.service());
    if (found.isEmpty()) {
      throw PaleException.of(
          782,
          at(wanted.line("service", secret.line())) + "there is no service " + wanted.service(),
          "secret " + secret.name() + " asks for it",
          "pale gateway services lists them; files of your own go into the folder that it names");
    }
    return found;
  }

  private static List<HostPattern> hosts(
      SecretDeclaration secret, GatewaySecret wanted, Optional<Service> service) {
    if (!secret.hosts().isEmpty()) {
      return Lines.hosts(secret.hosts(), Lines.PALE_TOML, wanted.line("hosts", secret.line()));
    }
    List<HostPattern> hosts = service.map(Service::hosts).orElse(List.of());
    if (hosts.isEmpty()) {
      throw PaleException.of(
          780,
          at(secret.line()) + "nothing says to which hosts " + secret.name() + " may go",
          service.isEmpty()
              ? "no service is called like it, and hosts is not set"
              : "service " + service.get().id() + " has hosts of its own at each place",
          "add hosts = [\"api.example.com\"], or service = \"…\" of: pale gateway services");
    }
    return hosts;
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

  private static List<Slot> slots(
      SecretDeclaration secret, GatewaySecret wanted, Optional<Service> service) {
    if (wanted.slots().isEmpty()) {
      List<Slot> slots = service.map(Service::slots).orElse(List.of());
      return slots.isEmpty() ? List.of(COMMON_SLOT) : slots;
    }
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

  private static List<Rule> preset(
      SecretDeclaration secret, GatewaySecret wanted, Optional<Service> service) {
    if (wanted.preset().isEmpty()) {
      return List.of();
    }
    List<Rule> rules = service.map(s -> s.presets().get(wanted.preset())).orElse(null);
    if (rules == null) {
      throw PaleException.of(
          783,
          at(wanted.line("preset", secret.line())) + "there is no preset " + wanted.preset(),
          service.isEmpty()
              ? "no service is known for " + secret.name()
              : "service "
                  + service.get().id()
                  + " has "
                  + (service.get().presets().isEmpty()
                      ? "none"
                      : String.join(", ", service.get().presets().keySet())),
          "name one of them, or write [[gateway.rules]]");
    }
    return rules;
  }

  private static String at(int line) {
    return Lines.PALE_TOML + " line " + line + ": ";
  }
}
