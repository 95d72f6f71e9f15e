package dev.pale.cli.provider;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.DidYouMean;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.project.UserConfig;
import dev.pale.secrets.PaleException;
import dev.pale.system.Folders;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "remove",
    header = "Forget a provider, its credentials and what was kept of it.",
    description = {
      "The credentials' keys are destroyed in the vault; the store itself is not asked. A token that"
          + " must not be used any more is to be revoked there.",
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale provider remove team", "  pale provider remove team --yes"})
final class ProviderRemoveCommand extends PaleCommand {
  @Parameters(paramLabel = "NAME", description = "The provider.")
  String name = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  ProviderRemoveCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgentsTo("provider remove", "remove a provider");
    ProviderConfigs.requireName(name);
    if (session.config().providers().get(name).isEmpty()) {
      throw PaleException.of(
          641,
          "provider " + name + " is not set up",
          DidYouMean.nearest(name, session.config().providers().keys())
              .map(n -> "did you mean " + n + "?")
              .orElse(""),
          "pale provider list");
    }
    if (!yes
        && !session
            .prompt()
            .confirm("forget provider " + name + " and its credentials?", "add --yes")) {
      throw PaleException.of(147, "nothing was removed", "the answer was not yes", "");
    }
    var actor = session.actor("provider remove " + name);
    Credentials.remove(session.vault(), name, actor);
    int kept = OfflineCache.clear(session, Optional.of(name));
    UserConfig.edit(
        Folders.create(session.context().folders().config(), session.context().uid()),
        session.context().uid(),
        editor -> editor.removeTable("providers." + name));
    session.vault().record("provider-remove", true, name, actor);
    if (session.screen().json()) {
      session
          .screen()
          .document(
              new JsonWriter()
                  .beginObject()
                  .member("name", name)
                  .member("removed", true)
                  .member("keptValues", kept)
                  .endObject());
    }
    session.screen().remark("provider " + name + " is forgotten");
  }
}
