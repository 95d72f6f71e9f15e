package dev.pale.gateway.service;

import java.util.List;

/** Where in a request a secret belongs. */
public sealed interface Slot {
  /**
   * A header field that is the secret and nothing else.
   *
   * @param name lower case: {@code x-api-key}
   */
  record Header(String name) implements Slot {}

  /**
   * {@code Authorization: SCHEME secret}.
   *
   * @param scheme as the service spells it: {@code Bearer}, {@code token}; compared without case
   */
  record Scheme(String scheme) implements Slot {}

  /**
   * {@code Authorization: Basic}, decoded and encoded again.
   *
   * @param part which half is the secret
   */
  record Basic(Part part) implements Slot {}

  /** The halves of Basic credentials. */
  enum Part {
    USER,
    PASSWORD
  }

  /**
   * A query parameter.
   *
   * @param name {@code key}
   */
  record Query(String name) implements Slot {}

  /**
   * A segment of the path.
   *
   * @param prefix what stands before the secret in its segment: {@code bot} for Telegram, or empty
   * @param index which segment, from 0
   */
  record Path(int index, String prefix) implements Slot {}

  /**
   * A text in a JSON body.
   *
   * @param pointer RFC 6901: {@code /auth/token}
   */
  record Json(String pointer) implements Slot {}

  /**
   * A field of an {@code application/x-www-form-urlencoded} body.
   *
   * @param name {@code token}
   */
  record Form(String name) implements Slot {}

  /**
   * A text message of a WebSocket, anywhere in it: only where the service asks for it (a gateway's
   * identify message).
   */
  record WebSocketText() implements Slot {}

  /**
   * Several places that clients fill at the same time, each with the whole secret: each may hold it
   * once. Without this, a secret goes into one slot only.
   *
   * @param slots at least two, none of them of this kind; the first is what is filled when all are
   *     absent
   */
  record Together(List<Slot> slots) implements Slot {
    public Together {
      slots = List.copyOf(slots);
    }
  }

  /** As it is written in a service file: {@code header:x-api-key}, {@code scheme:Bearer}. */
  default String text() {
    return switch (this) {
      case Header header -> "header:" + header.name();
      case Scheme scheme -> "scheme:" + scheme.scheme();
      case Basic basic -> basic.part() == Part.USER ? "basic:user" : "basic:password";
      case Query query -> "query:" + query.name();
      case Path path ->
          "path:" + path.index() + (path.prefix().isEmpty() ? "" : ":" + path.prefix());
      case Json json -> "json:" + json.pointer();
      case Form form -> "form:" + form.name();
      case WebSocketText text -> "websocket";
      case Together together -> together(together);
    };
  }

  private static String together(Together together) {
    StringBuilder out = new StringBuilder();
    for (Slot each : together.slots()) {
      out.append(out.isEmpty() ? "" : " + ").append(each.text());
    }
    return out.toString();
  }
}
