package dev.pale.providers.onepassword;

import dev.pale.crypto.Keys;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A template for {@code op inject} that holds many references, and the way to cut its output into
 * values again.
 *
 * <p>Between the references stand marks with 128 random bits, so no value can hold one by chance
 * nor by intent: it was stored before the mark was made. Values are cut as bytes: line ends, zero
 * bytes and bytes that are no text come through as they are.
 */
final class InjectTemplate {
  private final String mark;
  private final List<String> references;

  /** With a fresh mark. */
  InjectTemplate(List<String> references) {
    this.references = List.copyOf(references);
    this.mark = "<pale " + HexFormat.of().formatHex(Keys.random(16)) + " ";
  }

  /** What the program reads. */
  byte[] text() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < references.size(); i++) {
      out.append(mark(i)).append("{{ ").append(references.get(i)).append(" }}");
    }
    return out.append(mark(references.size())).toString().getBytes(StandardCharsets.US_ASCII);
  }

  private String mark(int number) {
    return mark + number + ">";
  }

  /**
   * One value for each reference, in order; new arrays.
   *
   * @throws PaleException 607 when the marks are not all there, once each and in order
   */
  List<byte[]> cut(byte[] output) {
    List<byte[]> values = new ArrayList<>();
    byte[] any = mark.getBytes(StandardCharsets.US_ASCII);
    int at = 0;
    try {
      for (int i = 0; i <= references.size(); i++) {
        byte[] own = mark(i).getBytes(StandardCharsets.US_ASCII);
        int next = indexOf(output, any, at);
        if (next < 0 || !startsWith(output, own, next) || (i == 0 && next != 0)) {
          throw notUnderstood("the values cannot be told apart");
        }
        if (i > 0) {
          values.add(Arrays.copyOfRange(output, at, next));
        }
        at = next + own.length;
      }
      if (!isLineEnd(output, at)) {
        throw notUnderstood("something follows the last value");
      }
      return values;
    } catch (PaleException e) {
      values.forEach(Keys::wipe);
      throw e;
    }
  }

  private static PaleException notUnderstood(String why) {
    return PaleException.of(
        607,
        "the answer of 1Password's program is not understood",
        why,
        "is the op on your PATH version 2 of 1Password's own program?");
  }

  private static boolean isLineEnd(byte[] output, int at) {
    String rest =
        new String(output, at, Math.min(3, output.length - at), StandardCharsets.US_ASCII);
    return rest.isEmpty() || rest.equals("\n") || rest.equals("\r\n");
  }

  private static boolean startsWith(byte[] bytes, byte[] start, int at) {
    return at + start.length <= bytes.length
        && Arrays.equals(bytes, at, at + start.length, start, 0, start.length);
  }

  private static int indexOf(byte[] bytes, byte[] wanted, int from) {
    for (int i = from; i + wanted.length <= bytes.length; i++) {
      if (startsWith(bytes, wanted, i)) {
        return i;
      }
    }
    return -1;
  }
}
