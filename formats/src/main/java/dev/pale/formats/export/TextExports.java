package dev.pale.formats.export;

import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.text.StrictText;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** The formats that are text by definition: here values become strings, and only here. */
final class TextExports {
  private static final String HEX = "0123456789abcdef";

  private TextExports() {}

  /** One member a line, so that a diff shows which one changed. */
  static void json(SortedMap<SecretName, SecretValue> values, OutputStream out) throws IOException {
    out.write('{');
    String before = "\n  ";
    for (Map.Entry<SecretName, SecretValue> entry : values.entrySet()) {
      String text = StrictText.decode(Exports.bytes(entry)).orElseThrow();
      Exports.ascii(before + "\"" + entry.getKey() + "\": ", out);
      out.write(new JsonWriter().value(text).toString().getBytes(StandardCharsets.UTF_8));
      before = ",\n  ";
    }
    Exports.ascii(values.isEmpty() ? "}\n" : "\n}\n", out);
  }

  /** Names in quotes too: {@code NO} and {@code y} are truth values to many readers. */
  static void yaml(SortedMap<SecretName, SecretValue> values, OutputStream out) throws IOException {
    if (values.isEmpty()) {
      Exports.ascii("{}\n", out);
    }
    for (Map.Entry<SecretName, SecretValue> entry : values.entrySet()) {
      Exports.ascii("\"" + entry.getKey() + "\": ", out);
      Optional<String> text = StrictText.decode(Exports.bytes(entry));
      if (text.isPresent()) {
        out.write(yamlString(text.get()).getBytes(StandardCharsets.UTF_8));
      } else {
        Exports.ascii("!!binary \"", out);
        out.write(Base64.getEncoder().encode(Exports.bytes(entry)));
        out.write('"');
      }
      out.write('\n');
    }
  }

  /** Double quotes, the one style that can hold every character (YAML 1.2, 7.3.1). */
  private static String yamlString(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (isPrintable(c)) {
            out.appendCodePoint(c);
          } else {
            escape(c, out);
          }
        }
      }
    }
    return out.append('"').toString();
  }

  private static boolean isPrintable(int c) {
    return (c >= ' ' && c < 0x7f)
        || (c >= 0xa0 && c <= 0xd7ff && c != 0x2028 && c != 0x2029)
        || (c >= 0xe000 && c < 0xfffe && c != 0xfeff)
        || c >= 0x10000;
  }

  private static void escape(int c, StringBuilder out) {
    out.append(c < 0x100 ? "\\x" : "\\u");
    for (int shift = c < 0x100 ? 4 : 12; shift >= 0; shift -= 4) {
      out.append(HEX.charAt((c >> shift) & 15));
    }
  }
}
