package dev.pale.cli.provider;

import dev.pale.cli.session.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Builds {@code pale provider} with its sub-commands, and {@code pale push}. */
public final class ProviderCommands {
  private ProviderCommands() {}

  /** {@code pale provider}. */
  public static CommandLine provider(Session session) {
    return new CommandLine(new ProviderCommand())
        .addSubcommand(new CommandLine(new ProviderAddCommand(session)))
        .addSubcommand(new CommandLine(new ProviderListCommand(session)))
        .addSubcommand(new CommandLine(new ProviderShowCommand(session)))
        .addSubcommand(new CommandLine(new ProviderTestCommand(session)))
        .addSubcommand(new CommandLine(new ProviderRemoveCommand(session)))
        .addSubcommand(new CommandLine(new ProviderKindsCommand(session)))
        .addSubcommand(
            new CommandLine(new CacheCommand())
                .addSubcommand(new CommandLine(new ProviderCacheClearCommand(session))));
  }

  /** {@code pale push}. */
  public static CommandLine push(Session session) {
    return new CommandLine(new PushCommand(session));
  }

  @Command(
      name = "provider",
      header = "Set up the external stores that references name.",
      description = {
        "A provider has a name, which is the scheme of its references, and a kind. Settings are in"
            + " your config.toml under [providers.NAME]; credentials are in the vault."
      },
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = {"  pale provider list", "  pale provider kinds vault"})
  private static final class ProviderCommand {}

  @Command(
      name = "cache",
      header = "Values that are kept for work without the stores.",
      description = {"Kept are values of providers with cache = in config.toml, encrypted."},
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = {"  pale provider cache clear", "  pale provider cache clear team"})
  private static final class CacheCommand {}
}
