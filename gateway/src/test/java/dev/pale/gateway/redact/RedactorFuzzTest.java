package dev.pale.gateway.redact;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.pale.secrets.Needles;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * Whatever bytes come, in whatever pieces: no rendering of a value goes on, a text without one goes
 * on as it is, and a length that must stay stays.
 */
final class RedactorFuzzTest {
  /** No needle has this byte, so a placeholder made of it cannot complete a value. */
  private static final byte MARK = 2;

  @FuzzTest(maxDuration = "60s")
  void noValueComesBack(FuzzedDataProvider data) {
    List<Item> items = new ArrayList<>();
    List<byte[]> reals = new ArrayList<>();
    Needles.Builder builder = Needles.builder();
    int values = data.consumeInt(1, 4);
    for (int i = 0; i < values; i++) {
      byte[] real = data.consumeBytes(data.consumeInt(6, 48));
      for (int j = 0; j < real.length; j++) {
        real[j] = real[j] == MARK ? (byte) 'm' : real[j];
      }
      reals.add(real);
      builder.add("S" + i, real);
      String placeholder = String.valueOf((char) MARK).repeat(data.consumeInt(1, 60));
      items.add(new Item(new SecretName("S" + i), SecretValue.copyOf("S", real), placeholder));
    }
    boolean keepsLength = data.consumeBoolean();
    byte[] text = text(data, reals);
    try (Redactor redactor = new Redactor(items);
        Needles needles = builder.build()) {
      boolean dirty = occurs(needles, text);
      Tally tally = new Tally();
      byte[] out = run(redactor.stream(tally, keepsLength), text, data.consumeInt(1, 64));

      assertThat(occurs(needles, out)).isFalse();
      assertThat(tally.found() > 0).isEqualTo(dirty);
      if (!dirty) {
        assertThat(out).isEqualTo(text);
      }
      if (keepsLength) {
        assertThat(out).hasSameSizeAs(text);
      }
    }
  }

  /** Random bytes among values, their renderings and their parts. */
  static byte[] text(FuzzedDataProvider data, List<byte[]> reals) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int pieces = data.consumeInt(0, 12);
    for (int i = 0; i < pieces; i++) {
      byte[] real = reals.get(data.consumeInt(0, reals.size() - 1));
      switch (data.consumeInt(0, 5)) {
        case 0 -> text.writeBytes(real);
        case 1 -> text.writeBytes(Base64.getEncoder().encode(real));
        case 2 ->
            text.writeBytes(HexFormat.of().formatHex(real).getBytes(StandardCharsets.US_ASCII));
        case 3 -> text.write(real, 0, data.consumeInt(0, real.length));
        case 4 -> text.writeBytes(new byte[] {0x1b, '[', '1', 'm'});
        default -> text.writeBytes(data.consumeBytes(data.consumeInt(0, 40)));
      }
    }
    return text.toByteArray();
  }

  private static byte[] run(BodyRedactor body, byte[] text, int piece) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < text.length; at += piece) {
      byte[] own = Arrays.copyOfRange(text, at, Math.min(at + piece, text.length));
      body.write(own, 0, own.length, out::write);
      Arrays.fill(own, MARK);
    }
    body.finish(out::write);
    return out.toByteArray();
  }

  static boolean occurs(Needles needles, byte[] text) {
    boolean[] any = new boolean[1];
    needles.matcher((label, start, end) -> any[0] = true).feed(text, 0, text.length);
    return any[0];
  }
}
