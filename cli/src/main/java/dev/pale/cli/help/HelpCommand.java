package dev.pale.cli.help;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.DidYouMean;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "help",
    header = "Explain a command, or write the man pages.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale help run",
      "  pale help env diff",
      "  pale help --man ~/.local/share/man/man1"
    })
final class HelpCommand extends PaleCommand {
  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The command to explain.")
  List<String> words = new ArrayList<>();

  @Option(names = "--man", paramLabel = "DIR", description = "Write a man page for each command.")
  Optional<Path> man = Optional.empty();

  @Option(names = "--markdown", description = "Print the reference of all commands.")
  boolean markdown;

  private final Supplier<CommandLine> whole;

  HelpCommand(Session session, Supplier<CommandLine> whole) {
    super(session);
    this.whole = whole;
  }

  @Override
  protected void perform() {
    CommandLine root = whole.get();
    if (markdown) {
      session.context().out().print(Markdown.of(root));
      session.context().out().flush();
      return;
    }
    if (man.isPresent()) {
      pages(root, session.context().cwd().resolve(man.get()));
      return;
    }
    CommandLine found = root;
    for (String word : words) {
      CommandLine at = found;
      Map<String, CommandLine> children = at.getSubcommands();
      CommandLine next = children.get(word);
      if (next == null) {
        throw PaleException.usage(
            130,
            Words.name(at) + " has no such command",
            "",
            DidYouMean.nearest(word, children.keySet())
                .map(m -> "did you mean " + Words.name(at) + " " + m + "?")
                .orElse("pale help"));
      }
      found = next;
    }
    session.context().out().print(found.getUsageMessage());
    session.context().out().flush();
  }

  private void pages(CommandLine root, Path folder) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("pale.1"), ManPage.ofRoot(root));
      for (CommandLine command : Words.commands(root)) {
        Files.writeString(
            folder.resolve(Words.name(command).replace(' ', '-') + ".1"),
            ManPage.of(root, command));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
