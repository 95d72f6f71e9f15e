package dev.pale.cli.gateway;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.delivery.ChildEnvironment;
import dev.pale.formats.json.JsonWriter;
import dev.pale.gateway.Gateway;
import dev.pale.gateway.trust.CallerCertificates;
import dev.pale.gateway.trust.Outcome;
import dev.pale.gateway.trust.Probe;
import dev.pale.gateway.trust.Runtimes;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    header =
        "Prove for each runtime on this machine that it trusts the gateway and goes through it.",
    description = {
      "Starts a gateway without secrets and lets each runtime that is found in PATH make one request,"
          + " for a host that exists nowhere else and that the gateway answers itself: nothing leaves"
          + " this machine. What the gateway saw of it is the diagnosis. Ends with 1 when a runtime"
          + " does not work.",
      "",
      "Limits: a program may bring certificates or settings of its own, which no test of its runtime"
          + " shows."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale gateway doctor", "  pale gateway doctor --only curl,python --json"})
final class GatewayDoctorCommand extends PaleCommand {
  /** Compilers and JVMs among them: more would only wait for each other. */
  private static final int AT_ONCE = 4;

  private static final int LABEL_BYTES = 12;

  @Option(
      names = "--only",
      paramLabel = "WORDS",
      description = "Only runtimes whose name holds one of these, separated by commas.")
  List<String> only = new ArrayList<>();

  private boolean good = true;

  GatewayDoctorCommand(Session session) {
    super(session);
  }

  @Override
  protected int status() {
    return good ? 0 : 1;
  }

  @Override
  protected void perform() {
    GatewayPlan plan = GatewayPlan.empty(session.config());
    List<Outcome> outcomes;
    try (GatewaySession running =
        GatewaySession.start(
            session, plan, session.actor("gateway doctor"), Optional.empty(), Gateway.begin())) {
      outcomes = outcomes(running, plan);
    }
    for (Outcome each : outcomes) {
      good &= each.verdict() == Outcome.Verdict.WORKED || each.verdict() == Outcome.Verdict.ABSENT;
    }
    if (session.screen().json()) {
      session.screen().document(json(outcomes));
    } else {
      show(outcomes);
    }
  }

  private List<Outcome> outcomes(GatewaySession running, GatewayPlan plan) {
    SortedMap<SecretName, SecretValue> none = new TreeMap<>();
    GatewaySession.Joined joined = running.add("doctor", plan, none, true, Optional.empty());
    Map<String, String> caller = ChildEnvironment.withoutOwn(session.context().environment());
    ClientEnvironment variables =
        ClientEnvironment.of(
            running.folder(),
            running,
            plan,
            joined,
            none,
            joined.client().authenticated(),
            joined.client().plain().orElse(joined.client().authenticated()),
            caller,
            CallerCertificates.of(caller));
    Map<String, String> child = variables.over(caller);
    List<Future<Outcome>> futures = new ArrayList<>();
    try (ExecutorService workers =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      for (Probe probe : Runtimes.found(child)) {
        if (isWanted(probe.runtime())) {
          futures.add(
              workers.submit(() ->
                  Runtimes.run(
                      probe, label(), child, running.folder(), running.gateway().sightings())));
        }
      }
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Future<Outcome> future : futures) {
      outcomes.add(outcome(future));
    }
    return outcomes;
  }

  private static Outcome outcome(Future<Outcome> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException told ? told : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private boolean isWanted(String runtime) {
    if (only.isEmpty()) {
      return true;
    }
    for (String list : only) {
      for (String word : list.split(",", -1)) {
        if (!word.isBlank()
            && runtime.toLowerCase(Locale.ROOT).contains(word.strip().toLowerCase(Locale.ROOT))) {
          return true;
        }
      }
    }
    return false;
  }

  private static String label() {
    byte[] random = new byte[LABEL_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private void show(List<Outcome> outcomes) {
    List<List<String>> rows = new ArrayList<>();
    for (Outcome each : outcomes) {
      rows.add(
          List.of(
              each.runtime(),
              each.version(),
              trusts(each),
              through(each),
              each.verdict() == Outcome.Verdict.WORKED ? "" : text(each)));
    }
    session
        .screen()
        .table(
            List.of("RUNTIME", "VERSION", "TRUSTS", "THROUGH", "MEND"),
            rows,
            "no runtime was found in PATH");
    long bad = outcomes.stream().filter(each -> !each.mend().isEmpty()).count();
    session
        .screen()
        .remark(
            good
                ? "every runtime trusts the gateway and goes through it"
                : Screen.count(bad, "runtime") + (bad == 1 ? " does" : " do") + " not work");
  }

  private static String text(Outcome outcome) {
    return outcome.verdict() == Outcome.Verdict.ABSENT
        ? "not there"
        : outcome.mend() + (outcome.detail().isEmpty() ? "" : " (" + outcome.detail() + ")");
  }

  private static String trusts(Outcome outcome) {
    return switch (outcome.verdict()) {
      case WORKED -> "yes";
      case NOT_TRUSTED -> "NO";
      case NOT_THROUGH, TIMED_OUT -> "?";
      case ABSENT -> "-";
    };
  }

  private static String through(Outcome outcome) {
    return switch (outcome.verdict()) {
      case WORKED, NOT_TRUSTED -> "yes";
      case NOT_THROUGH, TIMED_OUT -> "NO";
      case ABSENT -> "-";
    };
  }

  private JsonWriter json(List<Outcome> outcomes) {
    JsonWriter json = new JsonWriter().beginObject().name("runtimes").beginArray();
    for (Outcome each : outcomes) {
      json.beginObject()
          .member("runtime", each.runtime())
          .member("program", each.program())
          .member("version", each.version())
          .member("verdict", each.verdict().name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .member("millis", each.millis())
          .member("detail", each.detail())
          .member("mend", each.mend())
          .endObject();
    }
    return json.endArray().member("good", good).endObject();
  }
}
