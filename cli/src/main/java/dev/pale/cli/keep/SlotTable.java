package dev.pale.cli.keep;

import dev.pale.cli.screen.Screen;
import dev.pale.formats.json.JsonWriter;
import dev.pale.vault.SlotInfo;
import java.util.ArrayList;
import java.util.List;

/** The ways to unlock, as they are listed. */
final class SlotTable {
  private SlotTable() {}

  static void show(Screen screen, List<SlotInfo> slots) {
    List<List<String>> rows = new ArrayList<>();
    for (SlotInfo slot : slots) {
      rows.add(
          List.of(
              Long.toString(slot.id()), slot.kind(), slot.detail(), Screen.time(slot.created())));
    }
    screen.table(List.of("ID", "OPENED BY", "WHERE", "SINCE"), rows, "nothing opens the vault");
  }

  static void write(JsonWriter json, List<SlotInfo> slots) {
    json.name("slots").beginArray();
    for (SlotInfo slot : slots) {
      json.beginObject()
          .member("id", slot.id())
          .member("kind", slot.kind())
          .member("detail", slot.detail())
          .member("created", slot.created())
          .endObject();
    }
    json.endArray();
  }
}
