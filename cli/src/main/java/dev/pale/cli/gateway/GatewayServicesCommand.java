package dev.pale.cli.gateway;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.DidYouMean;
import dev.pale.formats.json.JsonWriter;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.policy.Rule;
import dev.pale.gateway.service.Service;
import dev.pale.gateway.service.ServiceCatalogue;
import dev.pale.gateway.service.Slot;
import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "services",
    header = "List the services that the gateway knows: hosts, slots, presets.",
    description = {
      "With SERVICE everything of that one. A service decides where a secret may go and where in a"
          + " request it stands, unless pale.toml says it itself. A secret called like"
          + " OPENAI_API_KEY suggests its service by its name. Services of your own are TOML files"
          + " in the folder services of your configuration; one with the id of a built-in one"
          + " replaces it."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale gateway services", "  pale gateway services github --json"})
final class GatewayServicesCommand extends PaleCommand {
  @Parameters(paramLabel = "SERVICE", arity = "0..1", description = "Only this service.")
  String id = "";

  GatewayServicesCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    ServiceCatalogue catalogue = GatewayRunCommand.catalogue(session);
    List<Service> services = id.isEmpty() ? catalogue.all() : List.of(named(catalogue));
    if (session.screen().json()) {
      session.screen().document(json(services));
    } else if (id.isEmpty()) {
      table(services);
    } else {
      whole(services.getFirst());
    }
  }

  private Service named(ServiceCatalogue catalogue) {
    return catalogue
        .byId(id)
        .orElseThrow(() -> {
          List<String> ids = new ArrayList<>();
          catalogue.all().forEach(each -> ids.add(each.id()));
          return PaleException.usage(
              782,
              "there is no such service",
              "",
              DidYouMean.nearest(id, ids)
                  .map(meant -> "did you mean " + meant + "?")
                  .orElse("pale gateway services lists them"));
        });
  }

  private void table(List<Service> services) {
    List<List<String>> rows = new ArrayList<>();
    for (Service service : services) {
      rows.add(
          List.of(
              service.id(),
              hosts(service.hosts()),
              slots(service),
              String.join(", ", service.presets().keySet()),
              service.names().isEmpty() ? "" : service.names().getFirst()));
    }
    session
        .screen()
        .table(List.of("SERVICE", "HOSTS", "SLOTS", "PRESETS", "SECRET"), rows, "there are none");
  }

  private void whole(Service service) {
    session.screen().line(service.id() + ": " + service.title());
    session.screen().line("hosts: " + hosts(service.hosts()));
    session
        .screen()
        .line(
            "slots: "
                + slots(service)
                + (service.whenAbsent() ? "; also when a request has no authorisation" : ""));
    session.screen().line("secrets: " + String.join(", ", service.names()));
    if (!service.note().isEmpty()) {
      session.screen().line(service.note());
    }
    for (Map.Entry<String, List<Rule>> preset : service.presets().entrySet()) {
      session.screen().line("preset " + preset.getKey() + ":");
      for (Rule rule : preset.getValue()) {
        session.screen().line("  " + text(rule));
      }
    }
  }

  private static String text(Rule rule) {
    return rule.action().name().toLowerCase(Locale.ROOT)
        + " "
        + (rule.methods().isEmpty() ? "every method" : String.join(", ", rule.methods()))
        + " of "
        + hosts(rule.hosts())
        + (rule.paths().isEmpty() ? "" : " " + String.join(", ", paths(rule)));
  }

  private static List<String> paths(Rule rule) {
    List<String> paths = new ArrayList<>();
    rule.paths().forEach(each -> paths.add(each.toString()));
    return paths;
  }

  private static String hosts(List<HostPattern> hosts) {
    List<String> texts = new ArrayList<>();
    hosts.forEach(each -> texts.add(each.toString()));
    return String.join(", ", texts);
  }

  private static String slots(Service service) {
    List<String> texts = new ArrayList<>();
    for (Slot slot : service.slots()) {
      texts.add(slot.text());
    }
    return String.join(", ", texts);
  }

  private static JsonWriter json(List<Service> services) {
    JsonWriter json = new JsonWriter().beginObject().name("services").beginArray();
    for (Service service : services) {
      json.beginObject().member("id", service.id()).member("title", service.title());
      json.name("hosts").beginArray();
      service.hosts().forEach(host -> json.value(host.toString()));
      json.endArray().name("slots").beginArray();
      service.slots().forEach(slot -> json.value(slot.text()));
      json.endArray().member("whenAbsent", service.whenAbsent()).member("shape", service.shape());
      json.name("secrets").beginArray();
      service.names().forEach(json::value);
      json.endArray().name("presets").beginArray();
      for (Map.Entry<String, List<Rule>> preset : service.presets().entrySet()) {
        json.beginObject().member("name", preset.getKey()).name("rules").beginArray();
        for (Rule rule : preset.getValue()) {
          rule(json, rule);
        }
        json.endArray().endObject();
      }
      json.endArray().member("note", service.note()).endObject();
    }
    return json.endArray().endObject();
  }

  private static void rule(JsonWriter json, Rule rule) {
    json.beginObject()
        .member("name", rule.name())
        .member("action", rule.action().name().toLowerCase(Locale.ROOT));
    json.name("hosts").beginArray();
    rule.hosts().forEach(host -> json.value(host.toString()));
    json.endArray().name("methods").beginArray();
    rule.methods().forEach(json::value);
    json.endArray().name("paths").beginArray();
    paths(rule).forEach(json::value);
    json.endArray().endObject();
  }
}
