package dev.pale.providers.onepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class InjectTemplateTest {
  private static byte[] fill(InjectTemplate template, List<byte[]> values) {
    String text = new String(template.text(), StandardCharsets.US_ASCII);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 0;
    for (int i = 0; i < values.size(); i++) {
      String reference = "{{ op://v/i/" + i + " }}";
      int start = text.indexOf(reference, at);
      out.writeBytes(text.substring(at, start).getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(values.get(i));
      at = start + reference.length();
    }
    out.writeBytes(text.substring(at).getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private static InjectTemplate template(int count) {
    List<String> references = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      references.add("op://v/i/" + i);
    }
    return new InjectTemplate(references);
  }

  @Property(tries = 200)
  void any_values_come_back_byte_for_byte(
      @ForAll @Size(min = 1, max = 12) List<byte[]> values, @ForAll boolean lineEnd) {
    InjectTemplate template = template(values.size());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(fill(template, values));
    out.writeBytes(lineEnd ? new byte[] {'\n'} : new byte[0]);
    List<byte[]> cut = template.cut(out.toByteArray());
    assertThat(cut).hasSameSizeAs(values);
    for (int i = 0; i < cut.size(); i++) {
      assertThat(cut.get(i)).isEqualTo(values.get(i));
    }
  }

  @Test
  void values_that_look_like_marks_and_references_are_values() {
    List<byte[]> values = new ArrayList<>();
    for (String text :
        List.of("<pale 00 1>", "{{ op://v/i/1 }}", "\n\n", "", "<pale ", "op://v/i/0\n")) {
      values.add(text.getBytes(StandardCharsets.UTF_8));
    }
    InjectTemplate template = template(values.size());
    assertThat(template.cut(fill(template, values)))
        .usingElementComparator(java.util.Arrays::compare)
        .containsExactlyElementsOf(values);
  }

  @Test
  void each_template_has_another_mark() {
    assertThat(template(1).text()).isNotEqualTo(template(1).text());
  }

  @Test
  void output_whose_marks_are_not_all_there_once_and_in_order_is_refused() {
    List<byte[]> values = List.of("one".getBytes(StandardCharsets.UTF_8), new byte[] {1, 0, 2});
    InjectTemplate template = template(2);
    byte[] good = fill(template, values);
    String text = new String(good, StandardCharsets.ISO_8859_1);
    String first = text.substring(0, text.indexOf('>') + 1);
    String second = first.replace(" 0>", " 1>");
    List<String> bad =
        List.of(
            "",
            "one",
            text.substring(1),
            "x" + text,
            text + "x",
            text + "\n\n",
            text.substring(0, text.length() - 1),
            text.replace(second, ""),
            text.replace(first, second),
            text.replace("one", "one" + first),
            text.replace("one", "one" + second),
            text + text);
    for (String each : bad) {
      assertThatThrownBy(() -> template.cut(each.getBytes(StandardCharsets.ISO_8859_1)))
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.code()).isEqualTo(607);
                assertThat(e.why()).doesNotContain("one" + first);
              });
    }
    byte[] noise = new byte[4096];
    new Random(7).nextBytes(noise);
    assertThatThrownBy(() -> template.cut(noise)).isInstanceOf(PaleException.class);
  }
}
