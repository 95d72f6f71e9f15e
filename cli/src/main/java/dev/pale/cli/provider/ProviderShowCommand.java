package dev.pale.cli.provider;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    header = "Show one provider: settings, and which credentials it has.",
    description = {"Credentials are named, not shown."},
    footerHeading = "%nExamples:%n",
    footer = {"  pale provider show team", "  pale provider show team --json"})
final class ProviderShowCommand extends PaleCommand {
  @Parameters(paramLabel = "NAME", description = "The provider.")
  String name = "";

  ProviderShowCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    try (Stores stores = Stores.of(session)) {
      Configured found = stores.find(name);
      ProviderType type = stores.type(found.kind(), name);
      List<String> credentials =
          Credentials.names(session.vault(), name, session.actor("provider show " + name));
      if (session.screen().json()) {
        JsonWriter json = new JsonWriter().beginObject();
        ProviderListCommand.describe(json, found);
        json.name("credentials").beginArray();
        credentials.forEach(json::value);
        session.screen().document(json.endArray().endObject());
        return;
      }
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("kind", found.kind() + ": " + type.title()));
      rows.add(List.of("cache", ProviderListCommand.cache(found)));
      for (Setting setting : type.settings()) {
        rows.add(List.of(setting.name(), state(setting, found, credentials)));
      }
      session.screen().table(List.of("SETTING", "VALUE"), rows, "");
    }
  }

  private static String state(Setting setting, Configured found, List<String> credentials) {
    if (setting.secret()) {
      return credentials.contains(setting.name()) ? "(in the vault)" : "(not set)";
    }
    String own = found.settings().get(setting.name());
    if (own != null) {
      return own;
    }
    return setting.fallback().isEmpty() ? "(not set)" : setting.fallback() + " (default)";
  }
}
