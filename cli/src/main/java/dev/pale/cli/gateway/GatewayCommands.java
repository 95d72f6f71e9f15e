package dev.pale.cli.gateway;

import dev.pale.cli.session.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Builds {@code pale gateway} with its sub-commands. */
public final class GatewayCommands {
  private GatewayCommands() {}

  /** {@code pale gateway}. */
  public static CommandLine gateway(Session session) {
    return new CommandLine(new GatewayCommand())
        .addSubcommand(new CommandLine(new GatewayRunCommand(session)))
        .addSubcommand(new CommandLine(new GatewayServeCommand(session)))
        .addSubcommand(new CommandLine(new GatewayExplainCommand(session)))
        .addSubcommand(
            new CommandLine(new GatewayLogCommand(session))
                .addSubcommand(new CommandLine(new GatewayLogListCommand(session)))
                .addSubcommand(new CommandLine(new GatewayLogVerifyCommand(session))))
        .addSubcommand(new CommandLine(new GatewayApproveCommand(session)))
        .addSubcommand(new CommandLine(new GatewayDoctorCommand(session)))
        .addSubcommand(new CommandLine(new GatewayServicesCommand(session)));
  }

  @Command(
      name = "gateway",
      header = "Give programs placeholders; put the values in on their way out.",
      description = {
        "A program, for instance a coding agent, gets placeholders of the secrets with"
            + " deliver = \"gateway\" in pale.toml. Its requests go through the gateway, which checks"
            + " where they go and puts the values in. docs/gateway.md explains it."
      },
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = {
        "  pale gateway run -- claude",
        "  pale gateway explain https://api.openai.com/v1/models",
        "  pale gateway log --follow"
      })
  private static final class GatewayCommand {}
}
