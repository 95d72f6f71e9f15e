package dev.pale.cli.gateway;

import dev.pale.cli.context.ActorFactory;
import dev.pale.cli.context.Context;
import dev.pale.cli.context.Errors;
import dev.pale.cli.run.PlainSecrets;
import dev.pale.cli.run.RunFront;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.delivery.ChildEnvironment;
import dev.pale.delivery.Launch;
import dev.pale.delivery.Launcher;
import dev.pale.gateway.Gateway;
import dev.pale.gateway.service.ServiceCatalogue;
import dev.pale.gateway.trust.CallerCertificates;
import dev.pale.secrets.Actor;
import dev.pale.secrets.Needles;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Hardening;
import dev.pale.system.SignalState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    header = "Run a command that gets placeholders; the gateway puts the values in.",
    description = {
      "Secrets with deliver = \"gateway\" in pale.toml become placeholders in the command's"
          + " environment. The command talks to the network through the gateway, which checks each"
          + " request against the policy, puts the real value in its place, sends it on, and keeps"
          + " the value out of what comes back. Other secrets are left out. The exit status is the"
          + " command's; 125, 126 and 127 are as with pale run.",
      "",
      "At the end a line for each secret says how often it left, to where, and how often it was"
          + " found in what came back. pale gateway log shows every request.",
      "",
      "Limits: this is the advisory form, without a fence. Nothing makes the command use the"
          + " gateway; what it sends without it holds placeholders, which are worth nothing. A"
          + " process of your user can still ask the vault as you can. docs/gateway.md has the whole"
          + " list."
    },
    customSynopsis = {"pale gateway run [OPTIONS] -- COMMAND [ARGUMENTS...]"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale gateway run -- claude",
      "  pale gateway run --only OPENAI_API_KEY --clean-env -- python agent.py",
      "  pale gateway run --observe -- npm install"
    })
final class GatewayRunCommand extends PaleCommand {
  private static final String EVENT = "gateway run";

  @Option(
      names = "--only",
      paramLabel = "NAMES",
      description = "Only these of the gateway's secrets, separated by commas.")
  List<String> only = new ArrayList<>();

  @Option(
      names = "--observe",
      description = "Let requests to hosts that no rule names out, without secrets; propose rules.")
  boolean observe;

  @Option(
      names = "--approve",
      paramLabel = "HOW",
      description = "What happens to requests that a rule wants asked about: ask (default), deny.")
  String approve = "ask";

  @Option(
      names = "--clean-env",
      description = "Start from an empty environment but for PATH, HOME, TERM and their like.")
  boolean cleanEnv;

  @Option(names = "--mask", description = "Mask the output, also on a terminal.")
  boolean mask;

  @Option(
      names = "--with-env",
      description = "Also give the secrets that pale run would give, as they are.")
  boolean withEnv;

  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The command, after --.")
  List<String> command = new ArrayList<>();

  private int status;

  GatewayRunCommand(Session session) {
    super(session);
  }

  @Override
  protected int status() {
    return status;
  }

  @Override
  protected void perform() {
    try {
      status = run();
    } catch (RuntimeException | Error e) {
      int failed = e instanceof PaleException pale ? Launcher.exitStatus(pale) : Errors.NOT_STARTED;
      status =
          Errors.report(
              session.context().err(),
              e,
              new Errors.Style(session.globals().json(), session.globals().debug()),
              failed);
    }
  }

  private int run() {
    if (command.isEmpty()) {
      throw PaleException.usage(
          154, "no command to run", "", "pale gateway run -- COMMAND, for instance: … -- claude");
    }
    if (!approve.equals("ask") && !approve.equals("deny")) {
      throw PaleException.usage(130, "--approve takes ask or deny", "", "pale gateway run --help");
    }
    Inheritance inheritance = Inheritance.before();
    List<byte[]> words = ChildCommand.of(command);
    ChildEnvironment environment = ChildEnvironment.ofCaller();
    Hardening.closeDoors();
    Gateway.Ahead ahead = Gateway.begin();
    if (cleanEnv) {
      environment = environment.clean();
    }
    RunFront.requireTrust(session, EVENT);
    session.requireReason(EVENT);
    Context context = session.context();
    Actor actor =
        ActorFactory.ofGatewayRun(
            context, command.toArray(new String[0]), session.globals().reason());
    boolean masked = RunFront.isMasked(session, mask, false, actor);
    GatewayPlan plan =
        GatewayPlan.of(
            session.projectFile(),
            session.config(),
            catalogue(session),
            new GatewayPlan.Flags(Names.of(only), observe, approve.equals("deny")));
    SortedMap<SecretName, SecretValue> values = GatewayValues.read(session, plan, actor);
    Optional<PlainSecrets> plain =
        withEnv ? Optional.of(PlainSecrets.read(session, actor)) : Optional.empty();
    Map<String, String> caller = callersPart(environment);
    CallerCertificates certificates;
    GatewaySession running;
    try {
      certificates = CallerCertificates.of(caller);
      running = GatewaySession.start(session, plan, actor, Optional.empty(), ahead);
    } catch (RuntimeException | Error e) {
      GatewayValues.close(values);
      plain.ifPresent(each -> GatewayValues.close(each.values()));
      throw e;
    }
    GatewaySession.Joined joined;
    int ended;
    try (running) {
      joined = running.add("run", plan, values, true, Optional.empty());
      ClientEnvironment variables =
          ClientEnvironment.of(
              running.folder(),
              running,
              plan,
              joined,
              values,
              joined.client().authenticated(),
              joined.client().plain().orElse(joined.client().authenticated()),
              caller,
              certificates);
      List<String> removed = variables.apply(environment);
      Announcement.start(session, running, plan, joined.client(), values.keySet());
      Announcement.removed(session, removed);
      variables.notes().forEach(note -> session.screen().always("pale: " + note));
      if (plain.isEmpty()) {
        Announcement.leftOut(session, plan, actor);
      }
      SortedMap<SecretName, SecretValue> all = new TreeMap<>(values);
      Launch launch;
      if (plain.isPresent()) {
        launch = plain.get().launch(context, words, environment);
        all.putAll(plain.get().values());
      } else {
        launch =
            Launch.of(words, environment)
                .runtimeFolder(context.folders().runtime())
                .signals(
                    SignalState.ofHex(
                        System.getProperty("pale.sigign", ""),
                        System.getProperty("pale.sigblk", "")));
      }
      if (masked) {
        launch.masked(() -> Needles.of(all));
      }
      context.out().flush();
      context.err().flush();
      inheritance.closeWhatIsNew();
      running.gateway().warmUp();
      ended = Launcher.run(launch.supervised());
    } finally {
      GatewayValues.close(values);
      plain.ifPresent(each -> GatewayValues.close(each.values()));
    }
    Announcement.end(session, running, joined.policy(), joined.client(), actor);
    return ended;
  }

  /** The caller's variables that the command would have without the gateway. */
  private Map<String, String> callersPart(ChildEnvironment environment) {
    Map<String, String> part =
        new HashMap<>(ChildEnvironment.withoutOwn(session.context().environment()));
    part.keySet().removeIf(name -> environment.get(name).isEmpty());
    return part;
  }

  /** The built-in services, and the user's own. */
  static ServiceCatalogue catalogue(Session session) {
    return ServiceCatalogue.builtIn()
        .withFolder(session.context().folders().config().resolve("services"));
  }
}
