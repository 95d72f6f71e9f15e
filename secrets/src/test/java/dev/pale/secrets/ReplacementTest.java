package dev.pale.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What stands for a region is the replacement's business; which regions there are is not. */
final class ReplacementTest {
  /** As many bytes as were there: the digits of the position inside the region. */
  private static final class SameLength implements Replacement {
    @Override
    public void write(int label, long length, Out sink) {
      more(label, 0, length, sink);
    }

    @Override
    public void more(int label, long before, long length, Out sink) {
      byte[] digits = new byte[(int) length];
      for (int i = 0; i < length; i++) {
        digits[i] = (byte) ('0' + (before + i) % 10);
      }
      sink.accept(digits, 0, digits.length);
    }
  }

  @Test
  void aRegionIsReplacedByWhatIsGivenForItsLabel() {
    Needles needles =
        Needles.builder().addExact("A", bytes("abcdef")).addExact("B", bytes("uvwxyz")).build();
    List<String> told = new ArrayList<>();
    Masker masker =
        needles.masker((label, length, sink) -> {
          told.add(label + ":" + length);
          sink.accept(bytes("<" + label + ">"), 0, 3);
        });

    assertThat(run(masker, "-abcdefuvwxyz-uv\u001b[1mwxyz", 100)).isEqualTo("-<0><1>-<1>");
    assertThat(told).containsExactly("0:6", "1:6", "1:10");
  }

  @Test
  void regionsOfOneLabelThatTouchStayApart() {
    Needles needles = Needles.builder().addExact("A", bytes("abcdef")).build();

    for (int piece = 1; piece < 20; piece++) {
      Masker masker = needles.masker((label, length, sink) -> sink.accept(bytes("<A>"), 0, 3));
      assertThat(run(masker, "abcdefabcdef.abcdef", piece)).isEqualTo("<A><A>.<A>");
    }
  }

  @Test
  void aRegionThatGrowsIsToldAbout() {
    Needles needles =
        Needles.builder().addExact("A", bytes("abcdef")).addExact("B", bytes("cdefgh")).build();

    for (int piece = 1; piece < 10; piece++) {
      assertThat(run(needles.masker(new SameLength()), "abcdefgh", piece)).isEqualTo("01234567");
    }
  }

  @Property(tries = 3000)
  void theLengthStaysAndOnlyWhatANaiveSearchFindsIsReplaced(@ForAll long seed) {
    Random random = new Random(seed);
    List<NaiveMasker.Needle> needles = new ArrayList<>();
    Needles.Builder builder = Needles.builder();
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      byte[] needle = bytes(word(random, 6 + random.nextInt(6)));
      needles.add(new NaiveMasker.Needle("N" + i, needle));
      builder.addExact("N" + i, needle);
    }
    StringBuilder made = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      String needle =
          new String(needles.get(random.nextInt(needles.size())).bytes(), StandardCharsets.UTF_8);
      int cut = random.nextInt(needle.length());
      made.append(random.nextBoolean() ? needle : needle.substring(cut));
      made.append(random.nextInt(3) == 0 ? word(random, random.nextInt(4)) : "");
      made.append(random.nextInt(6) == 0 ? "\u001b[1m" : "");
    }
    String text = made.toString();
    NaiveMasker naive = new NaiveMasker(needles);
    naive.write(bytes(text));
    boolean[] covered = new boolean[text.length()];
    naive.occurrences().forEach(o -> Arrays.fill(covered, o.start(), o.end(), true));

    Needles built = builder.build();
    String whole = run(built.masker(new SameLength()), text, text.length());
    assertThat(whole).hasSameSizeAs(text);
    for (int i = 0; i < text.length(); i++) {
      char c = whole.charAt(i);
      assertThat(covered[i] ? c >= '0' && c <= '9' : c == text.charAt(i)).isTrue();
    }
    int piece = 1 + random.nextInt(12);
    assertThat(run(built.masker(new SameLength()), text, piece)).isEqualTo(whole);
    assertThat(run(built.masker(new SameLength()), text, 1)).isEqualTo(whole);
  }

  private static String run(Masker masker, String text, int piece) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] bytes = bytes(text);
    for (int at = 0; at < bytes.length; at += piece) {
      masker.write(bytes, at, Math.min(piece, bytes.length - at), out::write);
    }
    masker.finish(out::write);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String word(Random random, int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(2)));
    }
    return word.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
