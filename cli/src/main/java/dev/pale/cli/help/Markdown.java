package dev.pale.cli.help;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The reference of all commands, {@code docs/commands.md}. */
final class Markdown {
  private Markdown() {}

  static String of(CommandLine root) {
    StringBuilder page = new StringBuilder();
    page.append("# Commands\n\n");
    page.append("Written by `pale help --markdown`; do not edit.\n\n");
    page.append("## Options of every command\n\n");
    options(page, Words.common(root));
    page.append("\n## Exit status\n\n");
    page.append(
        "0 done, 1 failed, 2 called wrongly. `pale run` ends with the status of its command,");
    page.append(
        " or with 125 when Pale\nfailed and the command was not started, 126 when it cannot");
    page.append(" be executed, 127 when there is none, 128+N when signal N\nended it.\n");
    for (CommandLine command : Words.commands(root)) {
      page.append("\n## ").append(Words.name(command)).append("\n\n");
      page.append(Words.header(command)).append("\n\n");
      page.append("```\n").append(Words.synopsis(command)).append("\n```\n");
      for (String line : Words.description(command)) {
        if (!line.isBlank()) {
          page.append('\n').append(line).append('\n');
        }
      }
      List<OptionSpec> own = Words.options(command, false);
      if (!own.isEmpty() || !Words.parameters(command).isEmpty()) {
        page.append('\n');
        for (PositionalParamSpec parameter : Words.parameters(command)) {
          item(page, parameter.paramLabel(), parameter.description());
        }
        options(page, own);
      }
      page.append("\n```\n");
      for (String example : Words.examples(command)) {
        page.append(example).append('\n');
      }
      page.append("```\n");
    }
    return page.toString();
  }

  private static void options(StringBuilder page, List<OptionSpec> options) {
    for (OptionSpec option : options) {
      item(page, Words.label(option), option.description());
    }
  }

  private static void item(StringBuilder page, String label, String[] description) {
    page.append("- `").append(label).append("`: ");
    page.append(String.join(" ", Words.plain(description))).append('\n');
  }
}
