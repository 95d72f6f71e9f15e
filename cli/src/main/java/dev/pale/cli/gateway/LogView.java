package dev.pale.cli.gateway;

import dev.pale.cli.screen.Screen;
import dev.pale.formats.json.JsonWriter;
import dev.pale.gateway.log.LogRow;
import dev.pale.gateway.log.RowState;
import java.util.List;

/** A row of a request log, for people and for programs. */
final class LogView {
  static final List<String> HEADER =
      List.of(
          "TIME", "CLIENT", "METHOD", "HOST", "PATH", "STATUS", "SECRETS", "RULE", "BYTES", "MS");

  private static final String HTTPS = ":443";

  private LogView() {}

  static List<String> cells(LogRow row) {
    return List.of(
        Screen.time(row.time()),
        row.client(),
        row.method(),
        host(row),
        row.path(),
        status(row),
        String.join(" ", row.secrets()),
        row.rule(),
        row.upBytes() + "/" + row.downBytes(),
        Long.toString(Math.round(row.millis())));
  }

  private static String host(LogRow row) {
    return row.scheme().equals("https") && row.host().endsWith(HTTPS)
        ? row.host().substring(0, row.host().length() - HTTPS.length())
        : row.host();
  }

  private static String status(LogRow row) {
    String text =
        row.status() == 0 || row.state() == RowState.OPEN ? "-" : Integer.toString(row.status());
    if (!row.code().isEmpty()) {
      text += " " + row.code();
    } else if (row.state() != RowState.DONE) {
      text += " " + row.state().text();
    }
    return row.alarm() ? text + " ALARM" : text;
  }

  static JsonWriter json(LogRow row) {
    JsonWriter json = new JsonWriter();
    write(json, row);
    return json;
  }

  static void write(JsonWriter json, LogRow row) {
    json.beginObject()
        .member("n", row.n())
        .member("time", row.time())
        .member("client", row.client())
        .member("scheme", row.scheme())
        .member("host", row.host())
        .member("method", row.method())
        .member("path", row.path())
        .member("rule", row.rule())
        .name("secrets")
        .beginArray();
    row.secrets().forEach(json::value);
    json.endArray().name("slots").beginArray();
    row.slots().forEach(json::value);
    json.endArray()
        .member("state", row.state().text())
        .member("left", row.left())
        .member("code", row.code())
        .member("alarm", row.alarm())
        .member("status", (long) row.status())
        .member("upBytes", row.upBytes())
        .member("downBytes", row.downBytes())
        .member("found", row.found())
        .name("millis")
        .value(row.millis())
        .endObject();
  }
}
