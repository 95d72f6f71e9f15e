package dev.pale.cli.help;

import dev.pale.cli.session.PaleCommand;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What the generators of pages and completions read out of the commands. */
final class Words {
  private Words() {}

  /** All commands but the root, parents before children, in the order of their names. */
  static List<CommandLine> commands(CommandLine root) {
    List<CommandLine> all = new ArrayList<>();
    root.getSubcommands().values().stream()
        .distinct()
        .sorted((a, b) -> a.getCommandName().compareTo(b.getCommandName()))
        .forEach(each -> {
          all.add(each);
          all.addAll(commands(each));
        });
    return all;
  }

  /** {@code pale env list}. */
  static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName(" ");
  }

  static List<OptionSpec> options(CommandLine command, boolean inherited) {
    List<OptionSpec> options = new ArrayList<>();
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden() && option.inherited() == inherited) {
        options.add(option);
      }
    }
    return options;
  }

  /** The options that every command takes; {@code --help} is listed with each command. */
  static List<OptionSpec> common(CommandLine root) {
    List<OptionSpec> options = options(root, false);
    options.removeIf(option -> option.usageHelp() || option.versionHelp());
    return options;
  }

  static List<PositionalParamSpec> parameters(CommandLine command) {
    return command.getCommandSpec().positionalParameters();
  }

  /** {@code -o, --output=FILE}. */
  static String label(OptionSpec option) {
    String names = String.join(", ", option.names());
    return option.arity().max() == 0 ? names : names + "=" + option.paramLabel();
  }

  static String synopsis(CommandLine command) {
    String[] custom = command.getCommandSpec().usageMessage().customSynopsis();
    if (custom.length > 0) {
      return custom[0];
    }
    StringBuilder text = new StringBuilder(name(command)).append(" [OPTIONS]");
    if (!command.getSubcommands().isEmpty()) {
      boolean group = !(command.getCommand() instanceof PaleCommand);
      text.append(group ? " COMMAND" : " [COMMAND]");
    }
    for (PositionalParamSpec parameter : parameters(command)) {
      boolean optional = parameter.arity().min() == 0;
      boolean many = parameter.arity().max() > 1 && !parameter.hideParamSyntax();
      text.append(' ')
          .append(optional ? "[" : "")
          .append(parameter.paramLabel())
          .append(many ? "..." : "")
          .append(optional ? "]" : "");
    }
    return text.toString();
  }

  static List<String> description(CommandLine command) {
    return plain(command.getCommandSpec().usageMessage().description());
  }

  static List<String> examples(CommandLine command) {
    List<String> lines = new ArrayList<>();
    for (String line : plain(command.getCommandSpec().usageMessage().footer())) {
      if (!line.isBlank()) {
        lines.add(line.strip());
      }
    }
    return lines;
  }

  static String header(CommandLine command) {
    return String.join(" ", plain(command.getCommandSpec().usageMessage().header()));
  }

  /** The texts are format strings to the command line library. */
  static List<String> plain(String[] lines) {
    List<String> plain = new ArrayList<>();
    for (String line : lines) {
      plain.add(line.replace("%n", "\n").replace("%%", "%"));
    }
    return plain;
  }
}
