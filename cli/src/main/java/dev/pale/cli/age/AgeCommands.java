package dev.pale.cli.age;

import dev.pale.cli.session.Session;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Builds {@code age}. */
public final class AgeCommands {
  private AgeCommands() {}

  /** {@code pale age}, without the options that {@link #addOptions} adds. */
  public static CommandLine age(Session session) {
    CommandLine age = new CommandLine(new AgeCommand(session));
    age.addSubcommand("keygen", new CommandLine(new AgeKeygenCommand(session)));
    return age;
  }

  /**
   * Replaces the options that every command takes, where age has others under the same letters:
   * {@code -e} and {@code -p}. Projects, environments and reasons are nothing to it.
   */
  public static void addOptions(CommandLine age) {
    takeAway(age);
    age.getSubcommands().values().forEach(AgeCommands::takeAway);
    CommandSpec options = CommandSpec.forAnnotatedObject(((AgeCommand) age.getCommand()).options);
    for (OptionSpec option : options.options()) {
      age.getCommandSpec().addOption(option);
    }
  }

  private static void takeAway(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    for (OptionSpec option : List.copyOf(spec.options())) {
      if (List.of("--project", "--env", "--reason").contains(option.longestName())) {
        spec.remove(option);
      }
    }
  }
}
