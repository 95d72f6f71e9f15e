package dev.pale.cli.provider;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "kinds",
    header = "List the kinds of stores, their settings and how references are written.",
    description = {"With KIND everything of that kind."},
    footerHeading = "%nExamples:%n",
    footer = {"  pale provider kinds", "  pale provider kinds vault"})
final class ProviderKindsCommand extends PaleCommand {
  @Parameters(paramLabel = "KIND", arity = "0..1", description = "Only this kind.")
  String kind = "";

  ProviderKindsCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    try (Stores stores = Stores.of(session)) {
      List<ProviderType> types =
          kind.isEmpty() ? stores.types() : List.of(stores.type(kind, "of this kind"));
      if (session.screen().json()) {
        session.screen().document(json(types));
      } else if (kind.isEmpty()) {
        table(types);
      } else {
        whole(types.getFirst());
      }
    } catch (PaleException e) {
      throw e.code() == 643
          ? PaleException.usage(643, "there is no such kind of store", e.why(), e.mend())
          : e;
    }
  }

  private void table(List<ProviderType> types) {
    List<List<String>> rows = new ArrayList<>();
    for (ProviderType type : types) {
      rows.add(
          List.of(
              type.kind(),
              type.worksUnconfigured() ? "no" : "yes",
              type.examples().isEmpty() ? "" : type.examples().getFirst(),
              type.title()));
    }
    session
        .screen()
        .table(List.of("KIND", "NEEDS ADD", "REFERENCE", "WHAT IT IS"), rows, "there are none");
  }

  private void whole(ProviderType type) {
    session.screen().line(type.kind() + ": " + type.title());
    session
        .screen()
        .line(
            type.worksUnconfigured()
                ? "works without pale provider add, as the store's own tools do"
                : "needs pale provider add");
    session.screen().line("");
    for (String example : type.examples()) {
      session.screen().line("  " + example);
    }
    session.screen().line("");
    List<List<String>> rows = new ArrayList<>();
    for (Setting setting : type.settings()) {
      rows.add(
          List.of(
              setting.name(),
              (setting.required() ? "required" : "optional") + (setting.secret() ? ", secret" : ""),
              setting.description()
                  + (setting.fallback().isEmpty() ? "" : " (default " + setting.fallback() + ")")));
    }
    session.screen().table(List.of("SETTING", "", "WHAT IT IS"), rows, "it has no settings");
  }

  private static JsonWriter json(List<ProviderType> types) {
    JsonWriter json = new JsonWriter().beginObject().name("kinds").beginArray();
    for (ProviderType type : types) {
      json.beginObject()
          .member("kind", type.kind())
          .member("title", type.title())
          .member("worksUnconfigured", type.worksUnconfigured());
      json.name("examples").beginArray();
      type.examples().forEach(json::value);
      json.endArray().name("settings").beginArray();
      for (Setting setting : type.settings()) {
        json.beginObject()
            .member("name", setting.name())
            .member("description", setting.description())
            .member("required", setting.required())
            .member("secret", setting.secret())
            .member("default", setting.fallback())
            .endObject();
      }
      json.endArray().endObject();
    }
    return json.endArray().endObject();
  }
}
