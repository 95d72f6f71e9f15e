package dev.pale.formats.text;

import dev.pale.secrets.PaleException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** UTF-8 without replacement characters. Thread-safe: no state. */
public final class StrictText {
  private StrictText() {}

  /** The text, or empty when the bytes are not UTF-8. */
  public static Optional<String> decode(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException notText) {
      return Optional.empty();
    }
  }

  /** The text; refuses with {@code code} what is not UTF-8. */
  public static String require(byte[] bytes, int code, String source) {
    Optional<String> text = decode(bytes);
    if (text.isEmpty()) {
      throw PaleException.of(
          code, source + " is not UTF-8 text", "", "save the file in the encoding UTF-8");
    }
    return text.get();
  }

  /** Line and column of a place in a text, both from 1, as {@code line 3, column 7}. */
  public static String place(String text, int offset) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < offset && i < text.length(); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return "line " + line + ", column " + (offset - start + 1);
  }
}
