package dev.pale.gateway.redact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.ResponseHead;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Bodies against a search and replacement that has everything before it. */
final class RedactorPropertyTest {
  private static final String LETTERS = "abcXYZ019";

  /** A text in which no rendering of a value touches another, and what must become of it. */
  private record Case(List<Item> items, byte[] text, String changed, String sameLength) {}

  @Property(tries = 400)
  void everyRenderingIsReplacedWhereverTheBodyIsSplit(@ForAll long seed) {
    Random random = new Random(seed);
    Case c = newCase(random);
    Redactor redactor = new Redactor(c.items);
    for (int split = 0; split <= c.text.length; split++) {
      assertThat(halves(redactor, Framing.CHUNKED, c.text, split, "")).isEqualTo(c.changed);
    }
    assertThat(RedactorTest.run(redactor.stream(new Tally(), false), c.text, 1))
        .isEqualTo(c.changed);
  }

  @Property(tries = 200)
  void aLengthThatMustStayStays(@ForAll long seed) {
    Case c = newCase(new Random(seed));
    Redactor redactor = new Redactor(c.items);
    Framing framing = new Framing.Length(Redactor.COLLECTED_BYTES + 1L);
    for (int split = 0; split <= c.text.length; split++) {
      assertThat(halves(redactor, framing, c.text, split, "")).isEqualTo(c.sameLength);
    }
    assertThat(c.sameLength).hasSize(c.text.length);
  }

  @Property(tries = 60)
  void compressionHidesNothing(@ForAll long seed) {
    Random random = new Random(seed);
    Case c = newCase(random);
    Redactor redactor = new Redactor(c.items);
    byte[] zipped =
        random.nextBoolean()
            ? DecodingTest.gzip(c.text)
            : DecodingTest.join(
                DecodingTest.gzip(Arrays.copyOf(c.text, c.text.length / 2)),
                DecodingTest.gzip(Arrays.copyOfRange(c.text, c.text.length / 2, c.text.length)));
    for (int split = 0; split <= zipped.length; split++) {
      assertThat(halves(redactor, Framing.CHUNKED, zipped, split, "gzip")).isEqualTo(c.changed);
    }
  }

  @Property(tries = 300)
  void bytesWithoutAValueStayAsTheyAre(@ForAll long seed) {
    Random random = new Random(seed);
    Case c = newCase(random);
    byte[] text = new byte[random.nextInt(3000)];
    random.nextBytes(text);
    Redactor redactor = new Redactor(c.items);
    Tally tally = new Tally();

    String out = RedactorTest.run(redactor.stream(tally, false), text, 1 + random.nextInt(200));

    assertThat(tally.found()).isZero();
    assertThat(out).isEqualTo(new String(text, StandardCharsets.ISO_8859_1));
    assertThat(tally.bytes()).isEqualTo(text.length);
  }

  private static String halves(
      Redactor redactor, Framing framing, byte[] bytes, int split, String coding) {
    Headers headers = new Headers();
    if (!coding.isEmpty()) {
      headers.add("Content-Encoding", coding);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BodyRedactor body =
        redactor.body(new ResponseHead(200, "", 1, headers, framing), new Tally())) {
      byte[] first = Arrays.copyOf(bytes, split);
      body.write(first, 0, split, out::write);
      // The caller's buffer is its own again.
      Arrays.fill(first, (byte) '!');
      body.write(bytes, split, bytes.length - split, out::write);
      body.finish(out::write);
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private static Case newCase(Random random) {
    List<Item> items = new ArrayList<>();
    List<String> reals = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      String real =
          "v" + i + word(random, 8 + random.nextInt(20)) + (random.nextBoolean() ? "/+" : "");
      reals.add(real);
      items.add(
          new Item(
              new SecretName("S" + i),
              SecretValue.copyOf("S", real.getBytes(StandardCharsets.UTF_8)),
              "P" + i + "~".repeat(random.nextInt(30))));
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    StringBuilder changed = new StringBuilder();
    StringBuilder same = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      String gap = "<" + " ,\n\u001b[1m;".charAt(random.nextInt(8)) + ">";
      text.writeBytes(gap.getBytes(StandardCharsets.UTF_8));
      changed.append(gap);
      same.append(gap);
      int which = random.nextInt(count);
      byte[] real = reals.get(which).getBytes(StandardCharsets.UTF_8);
      String rendering =
          switch (random.nextInt(4)) {
            case 0 -> Base64.getEncoder().encodeToString(real);
            case 1 -> HexFormat.of().formatHex(real);
            default -> reals.get(which);
          };
      text.writeBytes(rendering.getBytes(StandardCharsets.UTF_8));
      String placeholder = items.get(which).placeholder();
      changed.append(placeholder);
      same.append(
          placeholder.repeat(rendering.length() / placeholder.length() + 1), 0, rendering.length());
      String part = reals.get(which).substring(0, random.nextInt(real.length - 1));
      // A beginning of a value is none.
      text.writeBytes(("<" + part).getBytes(StandardCharsets.UTF_8));
      changed.append('<').append(part);
      same.append('<').append(part);
    }
    return new Case(items, text.toByteArray(), changed.toString(), same.toString());
  }

  private static String word(Random random, int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return word.toString();
  }
}
