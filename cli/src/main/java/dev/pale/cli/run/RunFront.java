package dev.pale.cli.run;

import dev.pale.cli.context.ActorFactory;
import dev.pale.cli.context.Context;
import dev.pale.cli.context.Errors;
import dev.pale.cli.prompt.TerminalEcho;
import dev.pale.cli.session.Session;
import dev.pale.delivery.ChildEnvironment;
import dev.pale.delivery.Launch;
import dev.pale.delivery.Launcher;
import dev.pale.formats.project.FoundProject;
import dev.pale.formats.project.MaskMode;
import dev.pale.formats.project.NeedsTrust;
import dev.pale.secrets.Actor;
import dev.pale.secrets.Needles;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Hardening;
import dev.pale.system.SignalState;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The path of {@code pale run} that needs no command line library: two questions, two answers.
 * <i>Which values</i> goes to the vault, <i>how do they get there</i> to the delivery.
 *
 * <p>Everything here runs cold in every run, so it is written plainly: no regular expressions, no
 * streams, no formatting.
 */
public final class RunFront {
  private RunFront() {}

  /** What {@link #run} returns when the general parser must handle the call. */
  public static final int NOT_MINE = -1;

  /**
   * Whether the first word that is no option is {@code run}: {@code pale --json run -- x} counts.
   */
  public static boolean isMine(String[] args) {
    return RunArguments.wordAt(args) >= 0;
  }

  /**
   * Runs the command. In replace mode it does not return.
   *
   * @param args all arguments, for which {@link #isMine} holds
   * @return the exit status, or {@link #NOT_MINE}
   */
  public static int run(String[] args) {
    Context context = null;
    boolean json = RunArguments.says(args, "--json");
    boolean debug = RunArguments.says(args, "--debug");
    try {
      RunArguments arguments = RunArguments.parse(args);
      if (arguments == null) {
        return NOT_MINE;
      }
      context = Context.ofProcess();
      try (Session session = new Session(context, new TerminalEcho())) {
        session
            .globals()
            .set(arguments.project, arguments.environment, arguments.reason, json, debug);
        return execute(session, arguments, args.length - arguments.commandAt);
      }
    } catch (RuntimeException | Error e) {
      // Whatever it is: 125 and no stack trace.
      return failed(context, e, json, debug);
    }
  }

  private static int failed(
      @Nullable Context context, Throwable failure, boolean json, boolean debug) {
    PrintStream err = context == null ? System.err : context.err();
    int status =
        failure instanceof PaleException pale ? Launcher.exitStatus(pale) : Errors.NOT_STARTED;
    return Errors.report(err, failure, new Errors.Style(json, debug), status);
  }

  private static int execute(Session session, RunArguments arguments, int commandLength) {
    Context context = session.context();
    List<byte[]> command = Arguments.lastOfProcess(arguments.command(), commandLength);
    ChildEnvironment environment = ChildEnvironment.ofCaller();
    Hardening.closeDoors();
    if (arguments.cleanEnvironment) {
      environment = environment.clean();
    }
    requireTrust(session, "run");
    session.requireReason("run");
    Actor actor =
        ActorFactory.ofRun(context, arguments.command().toArray(new String[0]), arguments.reason);
    boolean masked = isMasked(session, arguments.mask, arguments.noMask, actor);
    Wanted wanted = Wanted.of(session, arguments);
    if (!arguments.envFiles.isEmpty()) {
      wanted.outside(EnvFiles.apply(arguments.envFiles, session, environment, wanted.outside()));
    }
    Outside outside = wanted.outside();
    if (outside != null) {
      outside.ready(arguments.offline);
    }
    if (arguments.watch) {
      return Watch.run(session, wanted, actor, command, environment, masked);
    }
    SortedMap<SecretName, SecretValue> values = wanted.read(session, actor);
    session.close();
    if (masked) {
      Unmasked.tell(
          outside == null ? values : outside.all(values), context.err(), session.globals().json());
    }
    if (Training.isOn()) {
      return train(context, wanted, values, command, environment);
    }
    return Launcher.run(launch(context, wanted, values, command, environment, masked));
  }

  /** Takes both ways, and neither to the point of no return. */
  private static int train(
      Context context,
      Wanted wanted,
      SortedMap<SecretName, SecretValue> values,
      List<byte[]> command,
      ChildEnvironment environment) {
    Launcher.run(launch(context, wanted, values, command, environment.copy(), true));
    try {
      return Launcher.run(
          launch(
              context,
              wanted,
              values,
              List.of("/dev/null".getBytes(StandardCharsets.US_ASCII)),
              environment,
              false));
    } catch (PaleException expected) {
      return Errors.OK;
    }
  }

  /** How the values get there. */
  static Launch launch(
      Context context,
      Wanted wanted,
      SortedMap<SecretName, SecretValue> values,
      List<byte[]> command,
      ChildEnvironment environment,
      boolean masked) {
    Launch launch =
        Launch.of(command, environment)
            .runtimeFolder(context.folders().runtime())
            .signals(
                SignalState.ofHex(
                    System.getProperty("pale.sigign", ""), System.getProperty("pale.sigblk", "")));
    Outside outside = wanted.outside();
    if (outside != null) {
      outside.deliver(environment, values);
    }
    for (Map.Entry<SecretName, SecretValue> entry : values.entrySet()) {
      switch (wanted.delivery(entry.getKey())) {
        case ENV -> environment.setSecret(entry.getKey(), entry.getValue());
        case FILE -> launch.file(entry.getKey(), entry.getValue());
        case FIFO -> launch.fifo(entry.getKey(), entry.getValue());
        case GATEWAY, NEVER -> {
          // Not read at all: see Wanted.
        }
      }
    }
    if (masked) {
      launch.masked(() -> outside == null ? Needles.of(values) : outside.needles(values));
    }
    return launch;
  }

  /**
   * A cloned repository's file can narrow what the user's own settings allow, never widen it.
   *
   * @throws PaleException 511 when it would, and is not trusted
   */
  public static void requireTrust(Session session, String command) {
    FoundProject found = session.project().orElse(null);
    if (found == null) {
      return;
    }
    List<NeedsTrust> parts = found.file().needsTrust(session.config());
    if (parts.isEmpty() || session.trust().isTrusted(found.path(), found.bytes())) {
      return;
    }
    NeedsTrust first = parts.get(0);
    session.recordRefusal(command, found.path() + " is not trusted: " + first.key());
    throw PaleException.of(
        511,
        found.path() + " asks for more than your own settings allow",
        "line "
            + first.line()
            + ", "
            + first.key()
            + ": "
            + first.why()
            + (parts.size() == 1 ? "" : "; and " + (parts.size() - 1) + " more"),
        "read the file, then: pale trust");
  }

  /**
   * Whether output is masked.
   *
   * @param mask whether it is asked for
   * @param noMask whether it is asked to be off
   * @throws PaleException 310 when it must not be off
   */
  public static boolean isMasked(Session session, boolean mask, boolean noMask, Actor actor) {
    Context context = session.context();
    Context.Terminal terminal = context.terminal();
    boolean always =
        session.config().mask() == MaskMode.ALWAYS
            || session.projectFile().mask().orElse(MaskMode.AUTO) == MaskMode.ALWAYS;
    if (noMask) {
      String refusal = "";
      if (actor.isAgent()) {
        refusal = "a coding agent (" + actor.agent() + ") calls";
      } else if (!terminal.input() && !terminal.output() && !terminal.error()) {
        refusal = "no terminal is attached, so nobody can tell that a person asks";
      } else if (always) {
        refusal = "mask = \"always\" is set in config.toml or pale.toml";
      }
      if (refusal.isEmpty()) {
        return false;
      }
      session.recordRefusal("run", "--no-mask: " + refusal);
      throw PaleException.of(
          310,
          "--no-mask is refused",
          refusal,
          "leave --no-mask out; a person at a terminal can use it");
    }
    return mask || always || actor.isAgent() || !terminal.output() || !terminal.error();
  }
}
