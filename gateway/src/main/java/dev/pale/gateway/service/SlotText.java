package dev.pale.gateway.service;

import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;

/** Reads a slot as it is written in files. */
final class SlotText {
  private SlotText() {}

  static Slot parse(String text) {
    String[] parts = text.split(" \\+ ", -1);
    if (parts.length == 1) {
      return one(text);
    }
    List<Slot> slots = new ArrayList<>();
    for (String part : parts) {
      slots.add(one(part));
    }
    return new Slot.Together(slots);
  }

  private static Slot one(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    return switch (kind) {
      case "header" -> new Slot.Header(token(rest).toLowerCase(java.util.Locale.ROOT));
      case "scheme" -> new Slot.Scheme(token(rest));
      case "basic" -> new Slot.Basic(half(rest));
      case "query" -> new Slot.Query(name(rest));
      case "form" -> new Slot.Form(name(rest));
      case "path" -> path(rest);
      case "json" -> new Slot.Json(pointer(rest));
      case "websocket" -> {
        if (colon >= 0) {
          throw bad("websocket has nothing after it");
        }
        yield new Slot.WebSocketText();
      }
      default -> throw bad("there is no slot of this kind");
    };
  }

  /** RFC 9110, section 5.6.2. */
  private static String token(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean good =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
      if (!good) {
        throw bad("a field's name or a scheme is a word without spaces");
      }
    }
    return name(text);
  }

  private static String name(String text) {
    if (text.isEmpty()) {
      throw bad("its name is missing");
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) == 0x7f) {
        throw bad("its name has a space or a control character");
      }
    }
    return text;
  }

  private static Slot.Part half(String text) {
    return switch (text) {
      case "user" -> Slot.Part.USER;
      case "password" -> Slot.Part.PASSWORD;
      default -> throw bad("basic is followed by user or password");
    };
  }

  private static Slot path(String text) {
    int colon = text.indexOf(':');
    String number = colon < 0 ? text : text.substring(0, colon);
    boolean digits = !number.isEmpty() && number.length() <= 2;
    for (int i = 0; i < number.length(); i++) {
      digits &= number.charAt(i) >= '0' && number.charAt(i) <= '9';
    }
    if (!digits) {
      throw bad("path is followed by the number of a segment, from 0");
    }
    String prefix = colon < 0 ? "" : name(text.substring(colon + 1));
    for (int i = 0; i < prefix.length(); i++) {
      char c = prefix.charAt(i);
      if (c == '/' || c == '?' || c == '%' || c == '#' || c > 0x7e) {
        throw bad("what stands before the secret in its segment is plain text");
      }
    }
    return new Slot.Path(Integer.parseInt(number), prefix);
  }

  /** RFC 6901, without the whole document. */
  private static String pointer(String text) {
    if (!text.startsWith("/")) {
      throw bad("a JSON pointer starts with a slash");
    }
    for (int i = 0; i < text.length(); i++) {
      boolean tilde = text.charAt(i) == '~';
      if (tilde && (i + 1 == text.length() || "01".indexOf(text.charAt(i + 1)) < 0)) {
        throw bad("~ in a JSON pointer is written ~0");
      }
    }
    return text;
  }

  private static PaleException bad(String why) {
    return PaleException.of(
        722,
        "a slot cannot be read",
        why,
        "write header:x-api-key, scheme:Bearer, basic:password, query:key, path:0:bot, json:/a/b,"
            + " form:token or websocket");
  }
}
