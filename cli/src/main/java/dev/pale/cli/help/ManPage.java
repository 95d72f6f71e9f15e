package dev.pale.cli.help;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Man pages in the man macros of troff. Source: groff_man(7). */
final class ManPage {
  private ManPage() {}

  static String ofRoot(CommandLine root) {
    StringBuilder page = head("pale", Words.header(root));
    page.append(".SH SYNOPSIS\n.B pale\n[OPTIONS] COMMAND\n.SH DESCRIPTION\n");
    paragraphs(page, Words.description(root));
    page.append(".SH COMMANDS\n");
    for (CommandLine command : Words.commands(root)) {
      page.append(".TP\n.B ").append(escaped(Words.name(command))).append('\n');
      page.append(escaped(Words.header(command))).append('\n');
    }
    page.append(".SH OPTIONS\n");
    options(page, Words.options(root, false));
    page.append(
        """
        .SH EXIT STATUS
        0 done, 1 failed, 2 called wrongly. For
        .B pale run
        the status of the command, or 125 when Pale failed, 126 when the command cannot be executed,
        127 when there is none, 128+N when signal N ended it.
        .SH ENVIRONMENT
        .TP
        .B PALE_ENV
        The environment, unless \\-\\-env names one.
        .TP
        .B PALE_HOME
        One folder for everything that Pale keeps, instead of the XDG folders.
        .TP
        .B NO_COLOR
        No colour.
        """);
    return page.toString();
  }

  static String of(CommandLine root, CommandLine command) {
    String name = Words.name(command);
    StringBuilder page = head(name.replace(' ', '-'), Words.header(command));
    page.append(".SH SYNOPSIS\n.B ").append(escaped(Words.synopsis(command))).append('\n');
    page.append(".SH DESCRIPTION\n");
    page.append(escaped(Words.header(command))).append('\n');
    paragraphs(page, Words.description(command));
    List<OptionSpec> own = Words.options(command, false);
    if (!own.isEmpty() || !Words.parameters(command).isEmpty()) {
      page.append(".SH OPTIONS\n");
      for (PositionalParamSpec parameter : Words.parameters(command)) {
        item(page, parameter.paramLabel(), parameter.description());
      }
      options(page, own);
    }
    page.append(".SH COMMON OPTIONS\n");
    options(page, Words.common(root));
    page.append(".SH EXAMPLES\n");
    for (String example : Words.examples(command)) {
      page.append(".PP\n.EX\n").append(escaped(example)).append("\n.EE\n");
    }
    page.append(".SH SEE ALSO\n.BR pale (1)\n");
    return page.toString();
  }

  private static StringBuilder head(String name, String header) {
    StringBuilder page = new StringBuilder();
    page.append(".TH ")
        .append(escaped(name.toUpperCase(java.util.Locale.ROOT)))
        .append(" 1 \"\" \"");
    page.append(VersionCommand.text()).append("\" \"Pale\"\n.SH NAME\n");
    page.append(escaped(name)).append(" \\- ").append(escaped(header)).append('\n');
    return page;
  }

  private static void options(StringBuilder page, List<OptionSpec> options) {
    for (OptionSpec option : options) {
      item(page, Words.label(option), option.description());
    }
  }

  private static void item(StringBuilder page, String label, String[] description) {
    page.append(".TP\n.B ").append(escaped(label)).append('\n');
    page.append(escaped(String.join(" ", Words.plain(description)))).append('\n');
  }

  private static void paragraphs(StringBuilder page, List<String> lines) {
    for (String line : lines) {
      if (!line.isBlank()) {
        page.append(".PP\n").append(escaped(line)).append('\n');
      }
    }
  }

  /** A backslash, a leading dot or quote, and a bare dash mean something to troff. */
  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean start = i == 0 || text.charAt(i - 1) == '\n';
      if (start && (c == '.' || c == '\'')) {
        out.append("\\&").append(c);
      } else if (c == '\\') {
        out.append("\\e");
      } else if (c == '-') {
        out.append("\\-");
      } else if (c == '…') {
        out.append("...");
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
