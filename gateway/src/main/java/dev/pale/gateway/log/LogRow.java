package dev.pale.gateway.log;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonValue.JsonBoolean;
import dev.pale.formats.json.JsonValue.JsonNumber;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A row of a {@link RequestLog}, as it is described there.
 *
 * @param n its number, 1 for the first
 * @param time when it began, in milliseconds
 * @param client which client session
 * @param scheme {@code https} or {@code http}
 * @param host {@code api.example.com:443}
 * @param method as it came
 * @param path redacted, perhaps cut: then it ends in {@code …}
 * @param rule the rule that decided; empty when none did
 * @param secrets names of the secrets that were to be put in
 * @param slots where, in the same order
 * @param state how far it came
 * @param left whether they went to the server
 * @param code of a refusal or an abort; empty else
 * @param alarm whether somebody tried to take a secret elsewhere
 * @param status HTTP status; 0 when there was none
 * @param upBytes bytes of the request's body
 * @param downBytes bytes of the response's body as the client got it
 * @param found occurrences of values in the response that were replaced
 * @param millis how long it took, in milliseconds
 */
public record LogRow(
    long n,
    Instant time,
    String client,
    String scheme,
    String host,
    String method,
    String path,
    String rule,
    List<String> secrets,
    List<String> slots,
    RowState state,
    boolean left,
    String code,
    boolean alarm,
    int status,
    long upBytes,
    long downBytes,
    long found,
    double millis) {
  private static final byte[] STATE = RowText.STATE.getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OPEN =
      (RowText.STATE + "open\"}").getBytes(StandardCharsets.US_ASCII);

  public LogRow {
    secrets = List.copyOf(secrets);
    slots = List.copyOf(slots);
  }

  /** The row of a line; empty when it is none. A row that was half overwritten counts as open. */
  static Optional<LogRow> of(byte[] line) {
    Optional<LogRow> whole = parse(line);
    if (whole.isPresent()) {
      return whole;
    }
    int cut = indexOf(line, STATE);
    if (cut < 0) {
      return Optional.empty();
    }
    byte[] mended = Arrays.copyOf(line, cut + OPEN.length);
    System.arraycopy(OPEN, 0, mended, cut, OPEN.length);
    return parse(mended);
  }

  static int indexOf(byte[] line, byte[] part) {
    for (int i = 0; i + part.length <= line.length; i++) {
      if (Arrays.equals(line, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }

  private static Optional<LogRow> parse(byte[] line) {
    try {
      return Json.parse(line, "row") instanceof JsonObject(Map<String, JsonValue> members)
          ? Optional.of(of(members))
          : Optional.empty();
    } catch (PaleException | DateTimeException | NumberFormatException damaged) {
      return Optional.empty();
    }
  }

  private static LogRow of(Map<String, JsonValue> m) {
    RowState state =
        RowState.of(text(m, "state")).orElseThrow(() -> new DateTimeException("no state"));
    boolean isSent = state == RowState.SENT;
    return new LogRow(
        number(m, "n"),
        Instant.parse(text(m, "time")),
        text(m, "client"),
        text(m, "scheme"),
        text(m, "host"),
        text(m, "method"),
        text(m, "path"),
        text(m, "rule"),
        texts(m, "secrets"),
        texts(m, "slots"),
        state,
        isSent || truth(m, "left"),
        text(m, "code"),
        truth(m, "alarm"),
        (int) number(m, "status"),
        number(m, "up_bytes"),
        number(m, "down_bytes"),
        number(m, "found"),
        m.get("ms") instanceof JsonNumber ms ? ms.asDouble() : 0);
  }

  private static String text(Map<String, JsonValue> members, String name) {
    return members.get(name) instanceof JsonString(String text) ? text : "";
  }

  private static long number(Map<String, JsonValue> members, String name) {
    return members.get(name) instanceof JsonNumber number ? number.asLong() : 0;
  }

  private static boolean truth(Map<String, JsonValue> members, String name) {
    return members.get(name) instanceof JsonBoolean(boolean value) && value;
  }

  private static List<String> texts(Map<String, JsonValue> members, String name) {
    List<String> texts = new ArrayList<>();
    if (members.get(name) instanceof JsonArray(List<JsonValue> items)) {
      for (JsonValue item : items) {
        texts.add(item instanceof JsonString(String text) ? text : "");
      }
    }
    return texts;
  }
}
