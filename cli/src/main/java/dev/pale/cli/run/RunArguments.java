package dev.pale.cli.run;

import dev.pale.formats.DidYouMean;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code pale run}, read by hand because every run pays for it.
 *
 * <p>Options end at {@code --} or at the first word that is no option; what follows is the command,
 * untouched.
 */
final class RunArguments {
  private static final List<String> OPTIONS =
      List.of(
          "--help",
          "--json",
          "--debug",
          "--no-color",
          "--clean-env",
          "--mask",
          "--no-mask",
          "--watch",
          "--offline",
          "--env",
          "--project",
          "--reason",
          "--env-file",
          "--only",
          "--except");

  String project = "";
  String environment = "";
  String reason = "";
  boolean json;
  boolean debug;
  boolean cleanEnvironment;
  boolean mask;
  boolean noMask;
  boolean watch;
  boolean offline;

  /**
   * Whether {@code --only} was given; {@link #names} are then the wanted ones, else the unwanted.
   */
  boolean only;

  final Set<SecretName> names = new TreeSet<>();
  final List<String> envFiles = new ArrayList<>();

  /** Where the command starts in the arguments. */
  int commandAt;

  private final String[] args;

  private RunArguments(String[] args) {
    this.args = args;
  }

  /**
   * Reads the arguments.
   *
   * @param args all arguments, {@code run} among them
   * @return null when the general parser must handle the call: help
   * @throws PaleException 130 to 149, wrong usage
   */
  static @Nullable RunArguments parse(String[] args) {
    RunArguments result = new RunArguments(args);
    return result.read() ? result : null;
  }

  /** Where {@code run} stands behind the options that every command takes; -1 when it does not. */
  static int wordAt(String[] args) {
    for (int i = 0; i < args.length; i++) {
      String word = args[i];
      if (word.equals("run")) {
        return i;
      }
      if (word.equals("-e")
          || word.equals("--env")
          || word.equals("-p")
          || word.equals("--project")
          || word.equals("--reason")) {
        i++;
      } else if (!word.startsWith("-")
          || word.equals("--")
          || word.equals("-h")
          || word.equals("--help")) {
        return -1;
      }
    }
    return -1;
  }

  /** Whether an option of Pale's own, before the command, is this word. */
  static boolean says(String[] args, String word) {
    int run = wordAt(args);
    for (int i = 0; i < args.length && !args[i].equals("--"); i++) {
      if (args[i].equals(word)) {
        return true;
      }
      if (takesNextWord(args[i])) {
        i++;
      } else if (i > run && !args[i].startsWith("-")) {
        return false;
      }
    }
    return false;
  }

  private static boolean takesNextWord(String option) {
    return switch (option) {
      case "-e", "--env", "-p", "--project", "--reason", "--env-file", "--only", "--except" -> true;
      default -> false;
    };
  }

  /** The command and its arguments. */
  List<String> command() {
    return List.of(args).subList(commandAt, args.length);
  }

  private boolean read() {
    boolean except = false;
    int run = wordAt(args);
    int at = 0;
    while (at < args.length) {
      String word = args[at];
      if (at == run) {
        at++;
        continue;
      }
      if (word.equals("--")) {
        at++;
        break;
      }
      if (!word.startsWith("-") || word.equals("-")) {
        break;
      }
      String attached = null;
      int equals = word.indexOf('=');
      if (word.startsWith("--") && equals > 0) {
        attached = word.substring(equals + 1);
        word = word.substring(0, equals);
      } else if (word.length() > 2
          && (word.startsWith("-e") || word.startsWith("-p"))
          && word.charAt(1) != '-') {
        attached = word.substring(2);
        word = word.substring(0, 2);
      }
      boolean takesValue = true;
      switch (word) {
        case "-h", "--help" -> {
          return false;
        }
        case "--json",
            "--debug",
            "--no-color",
            "--clean-env",
            "--mask",
            "--no-mask",
            "--watch",
            "--offline" -> {
          takesValue = false;
          if (attached != null) {
            throw PaleException.usage(130, word + " takes no value", "", "pale run --help");
          }
          flag(word);
        }
        case "-e", "--env", "-p", "--project", "--reason", "--env-file", "--only", "--except" -> {
          if (attached == null) {
            at++;
            if (at >= args.length) {
              throw PaleException.usage(130, word + " needs a value", "", "pale run --help");
            }
            attached = args[at];
          }
        }
        default ->
            throw PaleException.usage(
                130,
                "unknown option " + word,
                "options of pale come before --, the command after it",
                DidYouMean.nearest(word, OPTIONS)
                    .map(meant -> "did you mean " + meant + "?")
                    .orElse("pale run --help"));
      }
      if (takesValue && attached != null) {
        except |= word.equals("--except");
        value(word, attached);
      }
      at++;
    }
    if (only && except) {
      throw PaleException.usage(
          130, "--only and --except exclude each other", "", "use one of them");
    }
    if (mask && noMask) {
      throw PaleException.usage(
          130, "--mask and --no-mask exclude each other", "", "use one of them");
    }
    if (at >= args.length) {
      throw PaleException.usage(
          154, "no command to run", "", "pale run -- COMMAND, for instance: pale run -- npm start");
    }
    commandAt = at;
    return true;
  }

  private void flag(String word) {
    switch (word) {
      case "--json" -> json = true;
      case "--debug" -> debug = true;
      case "--clean-env" -> cleanEnvironment = true;
      case "--mask" -> mask = true;
      case "--no-mask" -> noMask = true;
      case "--watch" -> watch = true;
      case "--offline" -> offline = true;
      default -> {
        // --no-color: run prints nothing in colour.
      }
    }
  }

  private void value(String word, String value) {
    if (value.isEmpty() && (word.equals("-p") || word.equals("--project"))) {
      throw needsName("--project");
    }
    if (value.isEmpty() && (word.equals("-e") || word.equals("--env"))) {
      throw needsName("--env");
    }
    switch (word) {
      case "-e", "--env" -> environment = value;
      case "-p", "--project" -> project = value;
      case "--reason" -> reason = value;
      case "--env-file" -> envFiles.add(value);
      default -> {
        only |= word.equals("--only");
        addNames(word, value);
      }
    }
  }

  /** An empty name is a variable of a script that was never set: it must not mean the default. */
  private static PaleException needsName(String option) {
    return PaleException.usage(
        130, option + " needs a name", "the given one is empty", "leave it out, or name one");
  }

  private void addNames(String word, String list) {
    int from = 0;
    while (from <= list.length()) {
      int to = list.indexOf(',', from);
      if (to < 0) {
        to = list.length();
      }
      String name = list.substring(from, to).strip();
      if (!name.isEmpty()) {
        names.add(SecretName.of(name));
      }
      from = to + 1;
    }
    if (names.isEmpty()) {
      throw PaleException.usage(130, word + " needs names", "", "separate names by commas");
    }
  }
}
