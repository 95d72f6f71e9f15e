package dev.pale.cli.reference;

import dev.pale.cli.provider.Stores;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.template.Slot;
import dev.pale.formats.template.Template;
import dev.pale.formats.template.Variables;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.util.ArrayList;
import java.util.List;

/** {@code inject --check}: what is in a template, without asking anybody for a value. */
final class TemplateCheck {
  private TemplateCheck() {}

  /** A reference and what is wrong with it; empty: nothing. */
  private record Found(Slot slot, String problem) {}

  static void tell(Session session, byte[] bytes, String source) {
    try (Stores stores = Stores.of(session)) {
      Template template = Template.parse(bytes, source, stores::isKnown);
      List<Found> found = new ArrayList<>();
      long bad = 0;
      for (Slot slot : template.slots()) {
        String problem = problem(session, stores, slot, source);
        bad += problem.isEmpty() ? 0 : 1;
        found.add(new Found(slot, problem));
      }
      print(session, found);
      for (Slot slot : template.unknown()) {
        stores
            .meant(slot.scheme())
            .ifPresent(meant ->
                session
                    .screen()
                    .warning(
                        source
                            + ":"
                            + slot.position()
                            + ": "
                            + slot.scheme()
                            + ":// is no reference; did you mean "
                            + meant
                            + "://?"));
      }
      if (bad > 0) {
        throw PaleException.of(
            658,
            bad == 1 ? "1 reference cannot work" : bad + " references cannot work",
            source,
            "the list says what is wrong with each");
      }
    }
  }

  private static String problem(Session session, Stores stores, Slot slot, String source) {
    try {
      String text =
          Variables.expand(
              slot.written(), session.context()::variable, source + ":" + slot.position());
      if (Reference.tryParse(text).isEmpty()) {
        return "not a reference";
      }
      stores.requireUsable(Reference.parse(text));
      return "";
    } catch (PaleException e) {
      String what = e.what();
      String where = source + ":" + slot.position() + ": ";
      return (what.startsWith(where) ? what.substring(where.length()) : what)
          + (e.why().isEmpty() ? "" : ": " + e.why());
    }
  }

  private static void print(Session session, List<Found> found) {
    if (session.screen().json()) {
      JsonWriter json = new JsonWriter().beginObject().name("references").beginArray();
      for (Found each : found) {
        json.beginObject()
            .member("reference", each.slot.written())
            .member("line", each.slot.line())
            .member("column", each.slot.column())
            .member("usable", each.problem.isEmpty())
            .member("problem", each.problem)
            .endObject();
      }
      session.screen().document(json.endArray().endObject());
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (Found each : found) {
      rows.add(
          List.of(
              each.slot.position(),
              each.slot.written(),
              each.problem.isEmpty() ? "ok" : each.problem));
    }
    session
        .screen()
        .table(List.of("PLACE", "REFERENCE", "STATE"), rows, "there is no reference in it");
  }
}
