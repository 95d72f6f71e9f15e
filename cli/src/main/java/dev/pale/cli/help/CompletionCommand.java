package dev.pale.cli.help;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.vault.EnvironmentInfo;
import dev.pale.vault.LocalVault;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "completion",
    header = "Print the completion script of a shell.",
    description = {
      "Completes commands, options and the names of environments. Completing never asks for a"
          + " passphrase: while the vault is locked, environments are not completed.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(pale completion bash)",
      "  pale completion zsh > ~/.zfunc/_pale",
      "  pale completion fish > ~/.config/fish/completions/pale.fish"
    })
final class CompletionCommand extends PaleCommand {
  @Parameters(paramLabel = "SHELL", arity = "0..1", description = "bash, zsh or fish.")
  String shell = "";

  @Option(names = "--environments", hidden = true, description = "What the scripts ask.")
  boolean environments;

  private final Supplier<CommandLine> whole;

  CompletionCommand(Session session, Supplier<CommandLine> whole) {
    super(session);
    this.whole = whole;
  }

  @Override
  protected void perform() {
    if (environments) {
      printEnvironments();
      return;
    }
    String script =
        switch (shell) {
          case "bash" -> Completion.bash(whole.get());
          case "zsh" -> Completion.zsh(whole.get());
          case "fish" -> Completion.fish(whole.get());
          default ->
              throw PaleException.usage(
                  130,
                  shell.isEmpty() ? "no shell is named" : "there is no completion for this shell",
                  "there is completion for bash, zsh and fish",
                  "pale completion bash");
        };
    session.context().out().print(script);
    session.context().out().flush();
  }

  private void printEnvironments() {
    session.quiet();
    if (!LocalVault.exists(session.context().folders())) {
      return;
    }
    for (EnvironmentInfo info : session.vault().environments(session.projectName())) {
      session.screen().line(info.name());
    }
  }
}
