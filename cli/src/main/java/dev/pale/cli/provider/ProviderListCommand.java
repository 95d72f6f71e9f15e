package dev.pale.cli.provider;

import dev.pale.cli.screen.Span;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
    name = "list",
    header = "List the providers that are set up.",
    description = {"Settings are shown, credentials are not read."},
    footerHeading = "%nExamples:%n",
    footer = {"  pale provider list", "  pale provider list --json"})
final class ProviderListCommand extends PaleCommand {
  ProviderListCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    List<Configured> all;
    try (Stores stores = Stores.of(session)) {
      all = stores.configured();
    }
    if (session.screen().json()) {
      JsonWriter json = new JsonWriter().beginObject().name("providers").beginArray();
      for (Configured each : all) {
        json.beginObject();
        describe(json, each);
        json.endObject();
      }
      session.screen().document(json.endArray().endObject());
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (Configured each : all) {
      rows.add(List.of(each.name(), each.kind(), text(each.settings()), cache(each)));
    }
    session
        .screen()
        .table(
            List.of("NAME", "KIND", "SETTINGS", "CACHE"),
            rows,
            "no provider is set up; pale provider kinds lists what there is");
  }

  static void describe(JsonWriter json, Configured each) {
    json.member("name", each.name()).member("kind", each.kind());
    json.name("settings").beginObject();
    each.settings().forEach(json::member);
    json.endObject();
    json.member("cacheSeconds", each.cache().map(java.time.Duration::toSeconds).orElse(0L));
    json.member("offlineFallback", each.offlineFallback());
  }

  static String text(Map<String, String> settings) {
    StringBuilder text = new StringBuilder();
    settings.forEach((key, value) ->
        text.append(text.isEmpty() ? "" : " ").append(key).append('=').append(value));
    return text.toString();
  }

  static String cache(Configured each) {
    return each.cache()
        .map(span -> Span.text(span) + (each.offlineFallback() ? ", fallback" : ""))
        .orElse("-");
  }
}
