package dev.pale.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MaskerTest {
  private static final String KEY = "sk_live_51HxQz8LmN3pRt7vWy0aBcDeFgHiJkLm";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void aPromptThatEndsLikeAKeyBeginsAppearsAtOnce() {
    Masker masker = exact("KEY", KEY);
    write(masker, "user sk_live");
    assertThat(shown()).isEqualTo("user ");
    masker.pause(out::write);
    assertThat(shown()).isEqualTo("user sk_live");
    assertThat(masker.held()).isZero();
  }

  @Test
  void theEighthByteOfAKeyWaitsHoweverSlowlyItComes() {
    Masker masker = exact("KEY", KEY);
    for (int i = 0; i < KEY.length(); i++) {
      write(masker, KEY.substring(i, i + 1));
      masker.pause(out::write);
      masker.pause(out::write);
    }
    assertThat(shown()).isEqualTo("sk_live[pale:KEY]");
  }

  @Test
  void aShortPasswordShowsAtMostAQuarter() {
    assertThat(shownAtPause("hunter2-1234", 3)).isEqualTo("hun");
    assertThat(shownAtPause("hunter2-1234", 4)).isEmpty();
    assertThat(shownAtPause("abcdef", 1)).isEqualTo("a");
    assertThat(shownAtPause("abcdef", 2)).isEmpty();
  }

  @Test
  void theShortestValueThatMayFollowDecides() {
    Masker masker =
        Needles.builder()
            .addExact("LONG", bytes("secret" + KEY))
            .addExact("SHORT", bytes("secrets"))
            .build()
            .masker();
    write(masker, "se");
    masker.pause(out::write);
    assertThat(shown()).isEmpty();
  }

  @Test
  void aBegunValueThatIsNotOnePassesWhenTheNextByteShowsIt() {
    Masker masker = exact("KEY", KEY);
    write(masker, KEY.substring(0, 30));
    masker.pause(out::write);
    assertThat(shown()).isEmpty();
    write(masker, "!");
    assertThat(shown()).isEqualTo(KEY.substring(0, 30) + "!");
  }

  @Test
  void aBegunValuePassesAtTheEnd() {
    Masker masker = exact("KEY", KEY);
    write(masker, KEY.substring(0, 30));
    masker.finish(out::write);
    assertThat(shown()).isEqualTo(KEY.substring(0, 30));
  }

  @Test
  void aWholeValueIsMarkedAtOnce() {
    Masker masker = exact("KEY", KEY);
    write(masker, "token: " + KEY);
    masker.pause(out::write);
    assertThat(shown()).isEqualTo("token: [pale:KEY]");
  }

  @Test
  void neitherLengthNorNumberShows() {
    Masker masker = exact("KEY", KEY);
    write(masker, KEY + KEY + KEY + " " + KEY);
    masker.finish(out::write);
    assertThat(shown()).isEqualTo("[pale:KEY] [pale:KEY]");
  }

  @Test
  void valuesThatTouchGiveAMarkerEachAndTheLongerOfTwoWins() {
    Masker masker =
        Needles.builder()
            .addExact("A", bytes("abcdef"))
            .addExact("B", bytes("abcdefghij"))
            .addExact("C", bytes("uvwxyz"))
            .build()
            .masker();
    write(masker, "abcdefuvwxyz abcdefghij");
    masker.finish(out::write);
    assertThat(shown()).isEqualTo("[pale:A][pale:C] [pale:B]");
  }

  @Test
  void terminalSequencesBetweenTheBytesAreSeenThrough() {
    for (String sequence :
        List.of(
            "\u001b[31m",
            "\u001b[0m\u001b[1;38;5;200m",
            "\u001b(B\u001b[m",
            "\u001b]0;title\u0007",
            "\u001b]8;;https://example.org/é\u001b\\",
            "\u001bP1$r0m\u001b\\",
            "\u001b[?25l")) {
      for (int every = 1; every < 8; every++) {
        StringBuilder text = new StringBuilder("a\u001b[1m ");
        for (int i = 0; i < KEY.length(); i++) {
          text.append(i > 0 && i % every == 0 ? sequence : "").append(KEY.charAt(i));
        }
        byte[] bytes = bytes(text + "\u001b[0m!");
        for (int split = 0; split < bytes.length; split += 3) {
          out.reset();
          Masker masker = exact("KEY", KEY);
          masker.write(bytes, 0, split, out::write);
          masker.write(bytes, split, bytes.length - split, out::write);
          masker.finish(out::write);
          assertThat(shown()).isEqualTo("a\u001b[1m [pale:KEY]\u001b[0m!");
        }
      }
    }
  }

  @Test
  void aValueInsideAWindowTitleIsMasked() {
    Masker masker = exact("KEY", KEY);
    write(masker, "sk\u001b]0;" + KEY + "\u0007 done");
    masker.finish(out::write);
    assertThat(shown()).isEqualTo("sk\u001b]0;[pale:KEY]\u0007 done");
  }

  @Test
  void tooManySequencesInsideABegunValueAreMaskedWithItAndTheRestToo() {
    Masker masker = exact("KEY", KEY);
    write(masker, KEY.substring(0, 20));
    for (int i = 0; i < 3000; i++) {
      write(masker, "\u001b[0m");
      assertThat(masker.held()).isLessThan(4096 + KEY.length() + 8);
    }
    write(masker, KEY.substring(20) + "\u001b[0m.");
    masker.finish(out::write);
    assertThat(shown()).startsWith("[pale:KEY]").endsWith("\u001b[0m.").doesNotContain("sk", "HiJ");
  }

  @Test
  void aLargePictureInASequencePassesThoughAValueMayHaveBegun() {
    Masker masker = exact("KEY", KEY);
    String text = "sk\u001b]1337;File=" + "QUJD".repeat(5000) + "\u0007";
    write(masker, text + KEY.substring(2));
    masker.finish(out::write);
    assertThat(shown().equals(text + "[pale:KEY]")).isTrue();
  }

  @Test
  void bytesWithoutASecretPassUnchanged() {
    Random random = new Random(3);
    Needles.Builder builder = Needles.builder();
    for (int i = 0; i < 200; i++) {
      byte[] value = new byte[24];
      random.nextBytes(value);
      builder.add("S" + i, value);
    }
    byte[] text = new byte[3_000_000];
    random.nextBytes(text);
    for (Needles needles : List.of(builder.build(), Needles.builder().build())) {
      out.reset();
      byte[] passed = pieces(needles.masker(), text, random);
      assertThat(java.util.Arrays.equals(passed, text)).isTrue();
    }
  }

  @Test
  void withoutNeedlesEverythingPassesAtOnce() {
    Masker masker = Needles.builder().build().masker();
    write(masker, "\u001b[1msk");
    assertThat(shown()).isEqualTo("\u001b[1msk");
  }

  @Test
  void beginningsOfNeedlesOverAndOverTakeLinearTime() {
    String needle = "a".repeat(20_000) + "b";
    Needles.Builder builder = Needles.builder().addExact("LONG", bytes(needle));
    for (int i = 10; i < 2000; i += 100) {
      builder.addExact("N" + i, bytes("a".repeat(i) + "c"));
    }
    byte[] text = bytes("a".repeat(19_990).concat("x").repeat(400));
    Masker masker = builder.build().masker();
    long start = System.nanoTime();
    masker.write(text, 0, text.length, out::write);
    masker.finish(out::write);
    // Quadratic would be 80 billion steps; linear takes a tenth of a second.
    assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
    assertThat(java.util.Arrays.equals(out.toByteArray(), text)).isTrue();
  }

  @Test
  void aFinishedMaskerBeginsAnew() {
    Masker masker = exact("KEY", KEY);
    write(masker, KEY.substring(0, 20));
    masker.finish(out::write);
    write(masker, KEY.substring(20) + KEY);
    masker.finish(out::write);
    assertThat(shown()).isEqualTo(KEY + "[pale:KEY]");
  }

  @Test
  void closedNeedlesLetNothingThrough() {
    Needles needles = Needles.builder().addExact("KEY", bytes(KEY)).build();
    Masker masker = needles.masker();
    needles.close();
    needles.close();
    assertThatThrownBy(() -> write(masker, KEY)).isInstanceOf(IllegalStateException.class);
    assertThat(out.size()).isZero();
  }

  @Test
  void aMatcherTellsWhereInsteadOfReplacing() {
    Needles needles =
        Needles.builder().addExact("A", bytes("abcdef")).addExact("B", bytes("cdefgh")).build();
    List<String> found = new ArrayList<>();
    Matcher matcher =
        needles.matcher((l, from, to) -> found.add(needles.labels().get(l) + from + "-" + to));
    matcher.feed(bytes("..abc"), 0, 5);
    assertThat(matcher.undecidedFrom()).isEqualTo(2);
    matcher.feed(bytes("d\u001b[0mefgh"), 0, 9);
    assertThat(found).containsExactly("A2-12", "B4-14");
  }

  private String shownAtPause(String value, int length) {
    out.reset();
    Masker masker = exact("KEY", value);
    write(masker, value.substring(0, length));
    masker.pause(out::write);
    String shown = shown();
    write(masker, value.substring(length));
    masker.finish(out::write);
    assertThat(shown()).isEqualTo(shown + "[pale:KEY]");
    return shown;
  }

  private byte[] pieces(Masker masker, byte[] text, Random random) {
    int at = 0;
    while (at < text.length) {
      int n = Math.min(text.length - at, 1 + random.nextInt(70_000));
      masker.write(text, at, n, out::write);
      if (random.nextInt(4) == 0) {
        masker.pause(out::write);
      }
      at += n;
    }
    masker.finish(out::write);
    return out.toByteArray();
  }

  private static Masker exact(String label, String value) {
    return Needles.builder().addExact(label, bytes(value)).build().masker();
  }

  private void write(Masker masker, String text) {
    byte[] bytes = bytes(text);
    masker.write(bytes, 0, bytes.length, out::write);
  }

  private String shown() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
