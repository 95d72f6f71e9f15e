package dev.pale.cli;

import dev.pale.cli.context.Context;
import dev.pale.cli.context.Errors;
import dev.pale.cli.prompt.Echo;
import dev.pale.cli.session.Session;
import dev.pale.cli.sops.SopsArguments;
import dev.pale.cli.sops.SopsExit;
import dev.pale.formats.DidYouMean;
import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** One call through the parser: parse, perform, tell a failure. */
final class Cli {
  private static final String MORE = "pale help";

  private final Context context;
  private final Echo echo;

  Cli(Context context, Echo echo) {
    this.context = context;
    this.echo = echo;
  }

  int run(String... given) {
    boolean sops = SopsArguments.isMine(given);
    // Known before the parser has run, because its own errors are told in the same way.
    Errors.Style style = new Errors.Style(has(given, "--json"), has(given, "--debug"));
    try (Session session = new Session(context, echo)) {
      String[] args = sops ? SopsArguments.rewritten(given) : given;
      int status = perform(session, args);
      if (context.out().checkError() && status == Errors.OK) {
        throw PaleException.of(
            156,
            "standard output cannot be written",
            "its disk is full, or its reader has gone",
            "repeat the command with another output");
      }
      return status;
    } catch (RuntimeException | Error e) {
      return sops
          ? Errors.report(context.err(), unwrapped(e), style, SopsExit::status)
          : Errors.report(context.err(), unwrapped(e), style, Errors.FAILED);
    } finally {
      context.out().flush();
      context.err().flush();
    }
  }

  private int perform(Session session, String... args) {
    ParseResult parsed;
    try {
      CommandLine root = Commands.commandLine(session, args);
      // As with most tools the last one counts, so that an alias can be overruled.
      root.setOverwrittenOptionsAllowed(true);
      parsed = root.parseArgs(args);
    } catch (ParameterException e) {
      throw usage(e);
    }
    Optional<CommandLine> explained = explained(parsed);
    if (explained.isPresent()) {
      context.out().print(explained.get().getUsageMessage());
      return Errors.OK;
    }
    if (parsed.isVersionHelpRequested()) {
      // Parsed anew: the parser takes what a flag holds before as its default, and sets the other.
      session.globals().set("", "", "", false, false);
      return has(args, "--json")
          ? perform(session, "version", "--json")
          : perform(session, "version");
    }
    requireNames(parsed);
    CommandLine last = last(parsed);
    if (last.getCommand() instanceof dev.pale.cli.session.PaleCommand command) {
      return command.call();
    }
    if (last.getCommandName().equals("run")) {
      throw PaleException.usage(
          154, "there is no command to run", "", "pale run -- COMMAND [ARGUMENTS...]");
    }
    // A group without its sub-command, or nothing at all: show what there is.
    context.err().print(last.getUsageMessage());
    return Errors.USAGE;
  }

  /** An empty name is a variable of a script that was never set: it must not mean the default. */
  private static void requireNames(ParseResult parsed) {
    for (CommandLine each : parsed.asCommandLineList()) {
      for (String option : List.of("--project", "--env")) {
        if (each.getParseResult().matchedOptionValue(option, "none").isEmpty()) {
          throw PaleException.usage(
              130, option + " needs a name", "the given one is empty", "leave it out, or name one");
        }
      }
    }
  }

  private static CommandLine last(ParseResult parsed) {
    List<CommandLine> lines = parsed.asCommandLineList();
    return lines.getLast();
  }

  /** The command whose {@code --help} was asked for. */
  private static Optional<CommandLine> explained(ParseResult parsed) {
    for (CommandLine each : parsed.asCommandLineList()) {
      if (each.isUsageHelpRequested()) {
        return Optional.of(last(parsed));
      }
    }
    return Optional.empty();
  }

  private static boolean has(String[] args, String option) {
    for (String arg : args) {
      if (arg.equals("--")) {
        return false;
      }
      if (arg.equals(option)) {
        return true;
      }
    }
    return false;
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CommandLine.ExecutionException && cause != null ? cause : failure;
  }

  /**
   * The parser's own messages repeat arguments, and an argument may be a value that somebody put in
   * the wrong place: only names of options and commands are repeated.
   */
  private static PaleException usage(ParameterException e) {
    CommandLine at = e.getCommandLine();
    String name = at.getCommandSpec().qualifiedName(" ");
    String help = name.equals("pale") ? MORE : name + " --help";
    return switch (e) {
      case MissingParameterException missing ->
          PaleException.usage(130, missing(missing, name), "", help);
      case UnmatchedArgumentException unmatched -> unmatched(unmatched, at, name, help);
      default -> {
        ArgSpec spec = e.getArgSpec();
        yield PaleException.usage(
            130,
            spec == null
                ? name + " was called wrongly"
                : label(spec) + " of " + name + " does not take what was given",
            "",
            help);
      }
    };
  }

  private static String missing(MissingParameterException e, String name) {
    List<String> labels = new ArrayList<>();
    for (ArgSpec spec : e.getMissing()) {
      labels.add(label(spec));
    }
    boolean isOption =
        e.getMissing().size() == 1 && e.getMissing().getFirst() instanceof OptionSpec;
    if ((isOption && !e.getMissing().getFirst().required())
        || (labels.isEmpty() && e.getArgSpec() != null)) {
      String option = labels.isEmpty() ? label(e.getArgSpec()) : labels.getFirst();
      return option + " of " + name + " needs a value";
    }
    return name + " needs " + String.join(" and ", labels);
  }

  private static String label(ArgSpec spec) {
    return spec instanceof OptionSpec option ? option.longestName() : spec.paramLabel();
  }

  private static PaleException unmatched(
      UnmatchedArgumentException e, CommandLine at, String name, String help) {
    String first = e.getUnmatched().isEmpty() ? "" : e.getUnmatched().getFirst();
    if (first.startsWith("-")) {
      int equals = first.indexOf('=');
      String option = equals < 0 ? first : first.substring(0, equals);
      List<String> options = new ArrayList<>();
      for (OptionSpec each : at.getCommandSpec().options()) {
        options.add(each.longestName().substring(2));
      }
      boolean showable = option.length() <= 40;
      return PaleException.usage(
          130,
          showable ? name + " has no option " + option : name + " has no such option",
          "",
          nearestOption(option, options)
              .map(m -> "did you mean --" + m + "? " + help)
              .orElse(help));
    }
    boolean isGroup = !at.getSubcommands().isEmpty();
    if (isGroup && at.getCommandSpec().positionalParameters().isEmpty()) {
      Optional<String> meant = DidYouMean.nearest(first, new TreeSet<>(Commands.names(at)));
      String shown = isWord(first) ? " " + first : "";
      return PaleException.usage(
          130,
          meant.isPresent() || !shown.isEmpty()
              ? name + " has no command" + shown
              : name + " has no such command",
          "",
          meant.map(m -> "did you mean " + name + " " + m + "?").orElse(help));
    }
    return PaleException.usage(130, name + " takes no further argument", "", help);
  }

  /** Compared without the dashes, which make all options alike; one letter is near to anything. */
  private static Optional<String> nearestOption(String wrong, List<String> options) {
    return wrong.startsWith("--")
        ? DidYouMean.nearest(wrong.substring(2), options)
        : Optional.empty();
  }

  private static boolean isWord(String text) {
    if (text.isEmpty() || text.length() > 20) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!((c >= 'a' && c <= 'z') || c == '-')) {
        return false;
      }
    }
    return true;
  }
}
