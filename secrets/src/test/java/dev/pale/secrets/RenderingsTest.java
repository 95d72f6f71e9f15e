package dev.pale.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every rendering is masked, wherever the stream is split. The encoders are the JDK's. */
final class RenderingsTest {
  private static final String ODD = "p@ss/w\"ö\\r d+?&=<€𝄞>~'*%:ÿÿ>>";
  private static final String KEY = "sk_live_51HxQz8LmN3pRt7vWy0aBcDeFgHiJkLm";
  private static final String PEM =
      """
      -----BEGIN PRIVATE KEY-----
      MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
      MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu
      Zz0hbA==
      -----END PRIVATE KEY-----
      """;

  @Test
  void base64AtEachOffsetInBothAlphabets() {
    for (String value : List.of(KEY, ODD)) {
      for (int before = 0; before < 4; before++) {
        for (int after = 0; after < 4; after++) {
          byte[] all = bytes("u:é?".substring(0, before) + value + "z:z?".substring(0, after));
          for (Base64.Encoder encoder :
              List.of(
                  Base64.getEncoder(),
                  Base64.getEncoder().withoutPadding(),
                  Base64.getUrlEncoder(),
                  Base64.getUrlEncoder().withoutPadding())) {
            String masked = mask(value, encoder.encodeToString(all));
            int surroundings = encodedAround(before, after, value, masked);
            assertThat(masked).contains("[pale:NAME]");
            assertThat(masked.length() - "[pale:NAME]".length()).isLessThanOrEqualTo(surroundings);
          }
        }
      }
    }
  }

  private static int encodedAround(int before, int after, String value, String masked) {
    int bytesBefore = bytes("u:é?".substring(0, before)).length;
    return before + after == 0
        ? 0
        : (bytesBefore * 4 + 2) / 3 + 1 + (after == 0 ? 0 : after * 2 + 3);
  }

  @Test
  void eachWholeRenderingAtEverySplitPoint() {
    for (String value : List.of(KEY, ODD)) {
      byte[] v = bytes(value);
      List<String> renderings = new ArrayList<>();
      renderings.add(value);
      renderings.add(Base64.getEncoder().encodeToString(v));
      renderings.add(Base64.getEncoder().withoutPadding().encodeToString(v));
      renderings.add(Base64.getUrlEncoder().encodeToString(v));
      renderings.add(HexFormat.of().formatHex(v));
      renderings.add(HexFormat.of().withUpperCase().formatHex(v));
      renderings.add(URLEncoder.encode(value, StandardCharsets.UTF_8));
      renderings.add(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
      renderings.add(HexFormat.of().withPrefix("%").formatHex(v));
      renderings.add(HexFormat.of().withPrefix("%").withUpperCase().formatHex(v));
      String minimal = value.replace("\\", "\\\\").replace("\"", "\\\"");
      renderings.add(minimal);
      renderings.add(minimal.replace("/", "\\/"));
      renderings.add(asciiJson(minimal, "\\u%04x"));
      renderings.add(asciiJson(minimal, "\\u%04X"));
      renderings.add(asciiJson(minimal.replace("/", "\\/"), "\\u%04x"));
      renderings.add(
          minimal.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"));
      renderings.add(minimal.replace("\\", "\\\\").replace("\"", "\\\""));
      for (String rendering : renderings) {
        byte[] text = bytes("x\n" + rendering + "\ny");
        for (int split = 0; split <= text.length; split++) {
          assertThat(mask(value, text, split)).isEqualTo("x\n[pale:NAME]\ny");
        }
      }
    }
  }

  @Test
  void eachLineOfAKeyWithOrWithoutIndentationAndLineEndsOfATerminal() {
    String masked = mask(PEM, PEM.indent(4));
    assertThat(masked).doesNotContain("MIIE", "MzEf", "Zz0h").contains("    [pale:NAME]\n");

    assertThat(mask(PEM, PEM)).isEqualTo("[pale:NAME]");
    assertThat(mask(PEM, PEM.strip())).isEqualTo("[pale:NAME]");
    assertThat(mask(PEM, PEM.strip().replace("\n", "\r\n"))).isEqualTo("[pale:NAME]");
    assertThat(mask(PEM, "{\"k\":\"" + PEM.replace("\n", "\\n") + "\"}"))
        .isEqualTo("{\"k\":\"[pale:NAME]\"}");
    assertThat(mask(PEM, PEM.lines().toList().get(2))).isEqualTo("[pale:NAME]");
    assertThat(mask(PEM, "-----BEGIN PRIVATE KEY-----")).isEqualTo("-----BEGIN PRIVATE KEY-----");
  }

  @Test
  void aKeyThatSpellsItsLineEndsIsFoundWithRealOnes() {
    String spelled = PEM.strip().replace("\n", "\\n");
    assertThat(mask(spelled, PEM)).isEqualTo("[pale:NAME]\n");
    assertThat(mask(spelled, PEM.indent(2))).doesNotContain("MIIE", "MzEf", "Zz0h");
  }

  @Test
  void base64WrappedAtTheUsualColumns() {
    byte[] v = bytes(PEM);
    for (int columns : new int[] {64, 76}) {
      String wrapped = Base64.getMimeEncoder(columns, bytes("\n")).encodeToString(v);
      assertThat(mask(PEM, wrapped).replace("[pale:NAME]", "").strip()).hasSizeLessThan(8);
    }
  }

  @Test
  void aValueReadWithItsLineEndIsFoundWithoutIt() {
    assertThat(mask(KEY + "\n", "<" + KEY + ">")).isEqualTo("<[pale:NAME]>");
    assertThat(mask(KEY + "\n", Base64.getEncoder().encodeToString(bytes(KEY + "\n"))))
        .isEqualTo("[pale:NAME]");
  }

  @Test
  void aValueThatIsNotTextIsFoundAsItIsAndEncoded() {
    byte[] v = new byte[64];
    new java.util.Random(7).nextBytes(v);
    v[20] = 0x1b;
    v[21] = '[';
    Needles needles = Needles.builder().add("NAME", v).build();
    assertThat(run(needles, v, 33)).isEqualTo("[pale:NAME]");
    assertThat(run(needles, bytes(HexFormat.of().formatHex(v)), 9)).isEqualTo("[pale:NAME]");
    assertThat(run(needles, Base64.getEncoder().encode(v), 9)).isEqualTo("[pale:NAME]");
  }

  private static String asciiJson(String text, String format) {
    StringBuilder out = new StringBuilder();
    for (char c : text.toCharArray()) {
      out.append(c < 0x80 ? String.valueOf(c) : String.format(format, (int) c));
    }
    return out.toString();
  }

  private static String mask(String value, String text) {
    return mask(value, bytes(text), text.length() / 2);
  }

  private static String mask(String value, byte[] text, int split) {
    return run(Needles.builder().add("NAME", bytes(value)).build(), text, split);
  }

  private static String run(Needles needles, byte[] text, int split) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Masker masker = needles.masker();
    masker.write(text, 0, split, out::write);
    masker.write(text, split, text.length - split, out::write);
    masker.finish(out::write);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
