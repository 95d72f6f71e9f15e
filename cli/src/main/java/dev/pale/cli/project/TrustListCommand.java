package dev.pale.cli.project;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.project.TrustStore;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "list",
    header = "List the trusted files.",
    footerHeading = "%nExamples:%n",
    footer = {"  pale trust list", "  pale trust list --json"})
final class TrustListCommand extends PaleCommand {
  TrustListCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    List<List<String>> rows = new ArrayList<>();
    JsonWriter json = new JsonWriter().beginObject().name("trusted").beginArray();
    TrustStore store = session.trust();
    for (TrustStore.Trusted each : store.list()) {
      String state = state(store, each);
      rows.add(List.of(each.path().toString(), each.sha256().substring(0, 16), state));
      json.beginObject()
          .member("path", each.path().toString())
          .member("sha256", each.sha256())
          .member("state", state)
          .endObject();
    }
    if (session.screen().json()) {
      session.screen().document(json.endArray().endObject());
    } else {
      session.screen().table(List.of("FILE", "SHA-256", "STATE"), rows, "no file is trusted");
    }
  }

  private static String state(TrustStore store, TrustStore.Trusted each) {
    try {
      return store.isTrusted(each.path(), Files.readAllBytes(each.path())) ? "trusted" : "changed";
    } catch (IOException e) {
      return "gone";
    }
  }
}
