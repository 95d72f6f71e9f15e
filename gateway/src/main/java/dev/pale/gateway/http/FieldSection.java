package dev.pale.gateway.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines from behind a start line to the empty line (RFC 9112, section 5), and notes the
 * fields that decide where the message ends and whom it is for. One for each connection direction,
 * used again for each head.
 */
final class FieldSection {
  private final ByteSource source;

  int hosts;
  int lengths;
  @Nullable String length;
  int codings;
  @Nullable String coding;

  FieldSection(ByteSource source) {
    this.source = source;
  }

  /**
   * Reads fields up to and with the empty line.
   *
   * @param spent how many bytes of the head were read before
   */
  Headers read(Speaker speaker, Limits limits, int spent) throws IOException {
    hosts = 0;
    lengths = 0;
    length = null;
    codings = 0;
    coding = null;
    Headers headers = new Headers();
    int left = limits.headBytes() - spent;
    while (true) {
      int bound = Math.min(limits.lineBytes() + 2, left);
      int lf = bound <= 0 ? -1 : source.lineEnd(bound);
      if (lf < 0) {
        throw bound == left
            ? speaker.tooLarge("head-too-large", "the head is larger than the limit")
            : speaker.tooLarge("header-line-too-long", "a header line is longer than the limit");
      }
      int from = source.pos;
      left -= lf + 1 - from;
      if (lf == from || source.buf[lf - 1] != '\r') {
        throw speaker.odd((byte) '\n', "", "");
      }
      if (lf == from + 1) {
        source.pos = lf + 1;
        return headers;
      }
      if (headers.size() == limits.headerCount()) {
        throw speaker.tooLarge("too-many-headers", "there are more header fields than the limit");
      }
      field(headers, from, lf - 1, speaker);
      source.pos = lf + 1;
    }
  }

  private void field(Headers headers, int from, int end, Speaker speaker) {
    byte[] buf = source.buf;
    int colon = from;
    while (colon < end && Octets.isToken(buf[colon])) {
      colon++;
    }
    if (colon == end || buf[colon] != ':' || colon == from) {
      throw badName(buf, from, colon, end, headers.size() == 0, speaker);
    }
    int start = colon + 1;
    while (start < end && Octets.isBlank(buf[start])) {
      start++;
    }
    for (int i = start; i < end; i++) {
      if (!Octets.isValue(buf[i])) {
        throw speaker.odd(buf[i], "control-character", "a control character in the head");
      }
    }
    while (end > start && Octets.isBlank(buf[end - 1])) {
      end--;
    }
    String name = KnownWords.text(buf, from, colon - from);
    String value = new String(buf, start, end - start, StandardCharsets.ISO_8859_1);
    headers.add(name, value);
    note(name, value);
  }

  private void note(String name, String value) {
    switch (name.length()) {
      case 4 -> {
        if (name.equalsIgnoreCase("host")) {
          hosts++;
        }
      }
      case 14 -> {
        if (name.equalsIgnoreCase("content-length")) {
          lengths++;
          length = value;
        }
      }
      case 17 -> {
        if (name.equalsIgnoreCase("transfer-encoding")) {
          codings++;
          coding = value;
        }
      }
      default -> {}
    }
  }

  private static RuntimeException badName(
      byte[] buf, int from, int at, int end, boolean first, Speaker speaker) {
    if (at == end) {
      return speaker.malformed("no-colon", "a header line without a colon");
    }
    if (at > from) {
      return Octets.isBlank(buf[at])
          ? speaker.malformed("space-before-colon", "white space inside or behind a header name")
          : speaker.odd(buf[at], "bad-header-name", "a header name is no token");
    }
    if (Octets.isBlank(buf[at])) {
      return first
          ? speaker.malformed("space-before-first-header", "white space before the first header")
          : speaker.malformed("obs-fold", "a header value is folded over two lines");
    }
    return buf[at] == ':'
        ? speaker.malformed("empty-header-name", "a header without a name")
        : speaker.odd(buf[at], "bad-header-name", "a header name is no token");
  }
}
