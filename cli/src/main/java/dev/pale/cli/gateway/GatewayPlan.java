package dev.pale.cli.gateway;

import dev.pale.formats.project.Deliver;
import dev.pale.formats.project.GatewayRule;
import dev.pale.formats.project.ProjectFile;
import dev.pale.formats.project.ProjectGateway;
import dev.pale.formats.project.SecretDeclaration;
import dev.pale.formats.project.UserConfig;
import dev.pale.formats.project.UserGateway;
import dev.pale.formats.toml.TomlValue;
import dev.pale.gateway.inject.Binding;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.placeholder.Placeholders;
import dev.pale.gateway.placeholder.Wish;
import dev.pale.gateway.policy.Action;
import dev.pale.gateway.policy.Mode;
import dev.pale.gateway.policy.PathPattern;
import dev.pale.gateway.policy.Policy;
import dev.pale.gateway.policy.Rule;
import dev.pale.gateway.service.ServiceCatalogue;
import dev.pale.gateway.service.Slot;
import dev.pale.secrets.Needles;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * What a session of the gateway does, put together from {@code pale.toml}, the user's {@code
 * config.toml}, the flags and the catalogue of services. Holds no value: {@code pale gateway
 * explain} makes the same one.
 *
 * <p>Immutable.
 */
final class GatewayPlan {
  private final List<PlannedSecret> secrets;
  private final List<HostPattern> fenceHosts;
  private final Mode mode;
  private final List<Rule> rules;
  private final long sessionRequests;
  private final UserGateway user;

  private GatewayPlan(
      List<PlannedSecret> secrets,
      List<HostPattern> fenceHosts,
      Mode mode,
      List<Rule> rules,
      long sessionRequests,
      UserGateway user) {
    this.secrets = List.copyOf(secrets);
    this.fenceHosts = List.copyOf(fenceHosts);
    this.mode = mode;
    this.rules = List.copyOf(rules);
    this.sessionRequests = sessionRequests;
    this.user = user;
  }

  /**
   * What flags say.
   *
   * @param only the wanted secrets; empty for all
   * @param observe whether hosts that nothing names are let through and remembered
   * @param nobodyApproves whether what would be asked about is refused
   */
  record Flags(Set<SecretName> only, boolean observe, boolean nobodyApproves) {
    static final Flags NONE = new Flags(Set.of(), false, false);

    Flags {
      only = Set.copyOf(only);
    }
  }

  /**
   * Puts it together.
   *
   * @throws PaleException 780 to 785, 700, 710 and 720, each with file and line
   */
  static GatewayPlan of(
      ProjectFile file, UserConfig config, ServiceCatalogue catalogue, Flags flags) {
    List<PlannedSecret> secrets = secrets(file, catalogue, flags.only());
    UserGateway user = config.gatewaySettings();
    ProjectGateway project = file.gateway();
    List<Rule> rules = new ArrayList<>();
    for (GatewayRule rule : user.rules()) {
      rules.add(rule(rule, flags.nobodyApproves()));
    }
    for (GatewayRule rule : project.rules()) {
      rules.add(rule(rule, flags.nobodyApproves()));
    }
    for (PlannedSecret secret : secrets) {
      for (Rule rule : secret.rules()) {
        if (!rules.contains(rule)) {
          rules.add(rule);
        }
      }
    }
    return new GatewayPlan(
        secrets,
        Lines.hosts(file.fenceHosts(), Lines.PALE_TOML, file.fence().get("hosts").map(TomlValue::line).orElse(0)),
        flags.observe() || project.observe() ? Mode.OBSERVE : Mode.ENFORCE,
        rules,
        project.sessionRequests(),
        user);
  }

  /** A plan without secrets and rules of a project: nothing leaves. */
  static GatewayPlan empty(UserConfig config) {
    return new GatewayPlan(List.of(), List.of(), Mode.ENFORCE, List.of(), -1, config.gatewaySettings());
  }

  private static List<PlannedSecret> secrets(
      ProjectFile file, ServiceCatalogue catalogue, Set<SecretName> only) {
    List<PlannedSecret> secrets = new ArrayList<>();
    Set<SecretName> open = new TreeSet<>(only);
    for (SecretDeclaration secret : file.secrets()) {
      boolean named = open.remove(secret.name());
      if (secret.deliver() == Deliver.GATEWAY && (named || only.isEmpty())) {
        secrets.add(PlannedSecret.of(file, secret, catalogue));
      } else if (named) {
        throw PaleException.of(
            785,
            "secret " + secret.name() + " is not one of the gateway's",
            Lines.PALE_TOML
                + " line "
                + secret.line()
                + " says deliver = \""
                + secret.deliver().name().toLowerCase(java.util.Locale.ROOT)
                + "\"",
            "set deliver = \"gateway\" for it, or leave it out of --only");
      }
    }
    for (SecretName name : open) {
      throw PaleException.of(
          785,
          "secret " + name + " is not one of the gateway's",
          "pale.toml does not declare it",
          "add [secrets." + name + "] with deliver = \"gateway\", or leave it out of --only");
    }
    return secrets;
  }

  private static Rule rule(GatewayRule rule, boolean nobodyApproves) {
    List<PathPattern> paths = new ArrayList<>();
    for (String path : rule.paths()) {
      paths.add(Lines.at(rule.source(), rule.line(), () -> PathPattern.parse(path)));
    }
    Action action =
        switch (rule.action()) {
          case "allow" -> Action.ALLOW;
          case "approve" -> nobodyApproves ? Action.DENY : Action.APPROVE;
          default -> Action.DENY;
        };
    return new Rule(
        rule.name(),
        action,
        Lines.hosts(rule.hosts(), rule.source(), rule.line()),
        rule.methods(),
        paths,
        rule.maxBodyBytes(),
        Math.toIntExact(rule.requestsPerMinute()),
        rule.sessionRequests());
  }

  /** The secrets, in the order of the file. */
  List<PlannedSecret> secrets() {
    return secrets;
  }

  /** What happens to hosts that nothing names. */
  Mode mode() {
    return mode;
  }

  /** How many rules there are. */
  int ruleCount() {
    return rules.size();
  }

  /** The user's own settings. */
  UserGateway user() {
    return user;
  }

  /** A policy with counters of its own. */
  Policy policy() {
    List<HostPattern> reachable = new ArrayList<>(fenceHosts);
    for (PlannedSecret secret : secrets) {
      reachable.addAll(secret.hosts());
    }
    return new Policy(mode, reachable, rules, sessionRequests);
  }

  /**
   * Hosts to which git brings no authorisation and gets it put in: their ssh addresses are taken as
   * https.
   */
  List<String> gitHosts() {
    List<String> hosts = new ArrayList<>();
    for (PlannedSecret secret : secrets) {
      for (PlannedSecret.Route route : secret.routes()) {
        boolean basic = false;
        for (Slot slot : route.slots()) {
          basic |= slot instanceof Slot.Basic;
        }
        for (HostPattern host : route.hosts()) {
          String text = host.toString();
          if (basic && route.whenAbsent() && !host.isWildcard() && text.indexOf(':') < 0) {
            hosts.add(text);
          }
        }
      }
    }
    return hosts;
  }

  /** Private targets that are meant. */
  List<HostPattern> privateHosts() {
    return Lines.hosts(user.privateHosts(), Lines.CONFIG_TOML, user.line());
  }

  /** Where names are really dialled. */
  Map<Authority, InetSocketAddress> connectTo() {
    Map<Authority, InetSocketAddress> map = new HashMap<>();
    user.connect()
        .forEach((from, to) -> {
          Authority target = Lines.authority(to, Lines.CONFIG_TOML, user.line());
          try {
            map.put(
                Lines.authority(from, Lines.CONFIG_TOML, user.line()),
                new InetSocketAddress(InetAddress.getByName(target.host().text()), target.port()));
          } catch (UnknownHostException e) {
            throw PaleException.of(
                786,
                "the name " + target.host() + " of [gateway.connect] cannot be resolved",
                Lines.CONFIG_TOML + ": \"" + from + "\" = \"" + to + "\"",
                "write its address, or check the name",
                e);
          }
        });
    return map;
  }

  /**
   * Placeholders for the values.
   *
   * @throws PaleException 784 for a value that could not be told from ordinary text
   */
  Placeholders placeholders(SortedMap<SecretName, SecretValue> values) {
    List<Wish> wishes = new ArrayList<>();
    for (PlannedSecret secret : secrets) {
      SecretValue value = values.get(secret.name());
      if (value == null) {
        continue;
      }
      Needles.reasonToSkip(value.bytes(Reveal.MASK))
          .ifPresent(reason -> {
            throw PaleException.of(
                784,
                "the value of " + secret.name() + " " + reason.text(),
                "the gateway could not tell it from ordinary text, and so could not keep it from"
                    + " coming back",
                "replace it by a real secret, or set deliver = \"env\" for it in pale.toml");
          });
      wishes.add(new Wish(secret.name(), secret.shape(), value));
    }
    return Placeholders.mint(wishes, new SecureRandom());
  }

  /**
   * What is put in where. The bindings own copies of the values.
   *
   * @param placeholders of these values
   */
  List<Binding> bindings(SortedMap<SecretName, SecretValue> values, Placeholders placeholders) {
    List<Binding> bindings = new ArrayList<>();
    for (PlannedSecret secret : secrets) {
      SecretValue value = values.get(secret.name());
      if (value == null) {
        continue;
      }
      SecretValue own = SecretValue.copyOf(secret.name().text(), value.bytes(Reveal.COMPARE));
      for (PlannedSecret.Route route : secret.routes()) {
        bindings.add(
            new Binding(
                secret.name(),
                placeholders.of(secret.name()),
                own,
                route.hosts(),
                route.slots(),
                route.whenAbsent(),
                secret.plainHttp()));
      }
    }
    return bindings;
  }
}
