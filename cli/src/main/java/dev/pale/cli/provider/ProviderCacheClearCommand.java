package dev.pale.cli.provider;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "clear",
    header = "Forget the values that were kept for offline work.",
    description = {"Without NAME those of all providers."},
    footerHeading = "%nExamples:%n",
    footer = {"  pale provider cache clear", "  pale provider cache clear team"})
final class ProviderCacheClearCommand extends PaleCommand {
  @Parameters(paramLabel = "NAME", arity = "0..1", description = "Only of this provider.")
  String name = "";

  ProviderCacheClearCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    if (!name.isEmpty()) {
      ProviderConfigs.requireName(name);
    }
    int removed =
        OfflineCache.clear(session, name.isEmpty() ? Optional.empty() : Optional.of(name));
    Screen screen = session.screen();
    if (screen.json()) {
      screen.document(new JsonWriter().beginObject().member("removed", removed).endObject());
    }
    screen.remark(Screen.count(removed, "kept value") + " forgotten");
  }
}
