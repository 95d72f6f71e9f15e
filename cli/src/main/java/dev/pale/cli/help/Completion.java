package dev.pale.cli.help;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Completion scripts. All words in them come from the commands themselves; names of environments
 * are asked of {@code pale} when they are needed.
 */
final class Completion {
  private static final Set<String> ENVIRONMENT_LABELS = Set.of("ENV", "FROM", "LEFT", "RIGHT");
  private static final Set<String> FILE_LABELS = Set.of("FILE", "PATH", "DIR");

  private Completion() {}

  static String bash(CommandLine root) {
    return "# bash completion of pale; source <(pale completion bash)\n"
        + function(root, "_pale")
        + "complete -o default -F _pale pale\n";
  }

  /** zsh runs the function of bash through its own emulation. */
  static String zsh(CommandLine root) {
    return "#compdef pale\n"
        + "autoload -U +X bashcompinit && bashcompinit\n"
        + function(root, "_pale_bash")
        + "complete -o default -F _pale_bash pale\n"
        // Loaded from fpath, this file is itself the function of the first completion.
        + "[ \"${funcstack[1]}\" = _pale ] && _bash_complete -o default -F _pale_bash\n";
  }

  private static String function(CommandLine root, String function) {
    StringBuilder out = new StringBuilder();
    out.append(function).append("() {\n");
    out.append("  local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"\" at=\"pale\" i=1 word\n");
    out.append("  [ \"$COMP_CWORD\" -gt 0 ] && prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n");
    out.append("  while [ \"$i\" -lt \"$COMP_CWORD\" ]; do\n");
    out.append("    word=\"${COMP_WORDS[i]}\"\n");
    out.append("    [ \"$word\" = -- ] && return 0\n");
    out.append("    case \"$at $word\" in\n");
    for (CommandLine command : Words.commands(root)) {
      String name = Words.name(command);
      out.append("      '").append(name).append("') at='").append(name).append("' ;;\n");
    }
    out.append("    esac\n    i=$((i+1))\n  done\n");
    out.append("  case \"$prev\" in\n");
    out.append("    ").append(String.join("|", labelled(root, ENVIRONMENT_LABELS))).append(")\n");
    out.append(
        "      COMPREPLY=($(compgen -W \"$(_pale_environments)\" -- \"$cur\")); return 0 ;;\n");
    out.append("    ").append(String.join("|", labelled(root, FILE_LABELS))).append(")\n");
    out.append("      COMPREPLY=($(compgen -f -- \"$cur\")); return 0 ;;\n");
    out.append("  esac\n");
    out.append("  local words=''\n  case \"$at\" in\n");
    block(out, "pale", root, root);
    for (CommandLine command : Words.commands(root)) {
      block(out, Words.name(command), command, root);
    }
    out.append("  esac\n");
    out.append("  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n");
    out.append("_pale_environments() {\n");
    out.append("  pale completion --environments 2>/dev/null </dev/null\n}\n");
    return out.toString();
  }

  private static void block(StringBuilder out, String name, CommandLine command, CommandLine root) {
    List<String> words = new ArrayList<>();
    words.addAll(new java.util.TreeSet<>(command.getSubcommands().keySet()));
    for (OptionSpec option : Words.options(command, false)) {
      words.addAll(List.of(option.names()));
    }
    if (!name.equals("pale")) {
      for (OptionSpec option : Words.common(root)) {
        words.addAll(List.of(option.names()));
      }
    }
    out.append("    '")
        .append(name)
        .append("') words='")
        .append(String.join(" ", words))
        .append("'");
    if (takesEnvironment(command)) {
      out.append("; words=\"$words $(_pale_environments)\"");
    }
    out.append(" ;;\n");
  }

  private static boolean takesEnvironment(CommandLine command) {
    for (PositionalParamSpec parameter : Words.parameters(command)) {
      if (ENVIRONMENT_LABELS.contains(parameter.paramLabel())) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> labelled(CommandLine root, Set<String> labels) {
    Set<String> names = new java.util.TreeSet<>();
    List<CommandLine> all = new ArrayList<>(Words.commands(root));
    all.add(root);
    for (CommandLine command : all) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (!option.hidden() && labels.contains(option.paramLabel())) {
          names.addAll(List.of(option.names()));
        }
      }
    }
    return names;
  }

  static String fish(CommandLine root) {
    StringBuilder out = new StringBuilder();
    out.append("# fish completion of pale; pale completion fish | source\n");
    out.append("function __pale_environments\n");
    out.append("  pale completion --environments 2>/dev/null </dev/null\nend\n");
    out.append("function __pale_words\n");
    out.append("  set -l words (commandline -opc)\n");
    out.append("  set -e words[1]\n");
    out.append("  for word in $words\n");
    out.append("    test \"$word\" = -- ; and echo -- ; and return\n");
    out.append("    string match -q -- '-*' $word; or echo $word\n");
    out.append("  end\nend\n");
    out.append("function __pale_at\n");
    out.append("  set -l words (__pale_words)\n");
    out.append("  test \"$words\" = \"$argv[1]\"\nend\n");
    out.append("function __pale_below\n");
    out.append("  set -l words (__pale_words)\n");
    out.append("  test \"$words\" = \"$argv[1]\"");
    out.append("; or string match -q -- \"$argv[1] *\" \"$words\"\nend\n");
    for (OptionSpec option : Words.common(root)) {
      line(out, "", option);
    }
    for (CommandLine command : Words.commands(root)) {
      String path = Words.name(command).substring("pale ".length());
      int space = path.lastIndexOf(' ');
      String parent = space < 0 ? "" : path.substring(0, space);
      out.append("complete -c pale -f -n '__pale_at \"").append(parent).append("\"' -a '");
      out.append(path.substring(space + 1)).append("' -d '");
      out.append(quoted(Words.header(command))).append("'\n");
      for (OptionSpec option : Words.options(command, false)) {
        line(out, path, option);
      }
      if (takesEnvironment(command)) {
        out.append("complete -c pale -f -n '__pale_below \"").append(path);
        out.append("\"' -a '(__pale_environments)'\n");
      }
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String path, OptionSpec option) {
    out.append("complete -c pale");
    if (!path.isEmpty()) {
      out.append(" -n '__pale_below \"").append(path).append("\"'");
    }
    for (String name : option.names()) {
      out.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.arity().max() > 0) {
      out.append(
          ENVIRONMENT_LABELS.contains(option.paramLabel())
              ? " -x -a '(__pale_environments)'"
              : FILE_LABELS.contains(option.paramLabel()) ? " -r" : " -x");
    }
    out.append(" -d '").append(quoted(String.join(" ", Words.plain(option.description()))));
    out.append("'\n");
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("'", "\\'");
  }
}
