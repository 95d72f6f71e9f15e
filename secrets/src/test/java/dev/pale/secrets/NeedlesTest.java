package dev.pale.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class NeedlesTest {
  @Test
  void trivialValuesAreSkippedAndReported() {
    Needles.Builder builder = Needles.builder();
    builder.add("A", bytes("true")).add("B", bytes("abcde")).add("C", bytes(""));
    builder.add("D", bytes("LocalHost")).add("E", bytes("production\n"));
    builder.add("F", bytes("5432.17")).add("G", bytes("--------"));
    builder.add("H", bytes("12345678")).add("I", bytes("hunter2!"));
    Needles needles = builder.build();
    assertThat(needles.skipped().stream().map(s -> s.label() + " " + s.reason()).toList())
        .containsExactly(
            "A TOO_SHORT",
            "B TOO_SHORT",
            "C TOO_SHORT",
            "D COMMON_WORD",
            "E COMMON_WORD",
            "F SHORT_NUMBER",
            "G ONE_BYTE_REPEATED");
    assertThat(mask(needles, "true LocalHost production 12345678 hunter2!"))
        .isEqualTo("true LocalHost production [pale:H] [pale:I]");
  }

  @Test
  void anExactNeedleMayBeACommonWordButNotShort() {
    Needles needles =
        Needles.builder().addExact("A", bytes("localhost")).addExact("B", bytes("abc")).build();
    assertThat(mask(needles, "localhost abc")).isEqualTo("[pale:A] abc");
    assertThat(needles.skipped())
        .containsExactly(new Needles.Skipped("B", Needles.Reason.TOO_SHORT));
  }

  @Test
  void theSameValueUnderTwoNamesBelongsToTheFirst() {
    Needles needles =
        Needles.builder().add("A", bytes("hunter2!x")).add("B", bytes("hunter2!x")).build();
    assertThat(mask(needles, "hunter2!x")).isEqualTo("[pale:A]");
  }

  @Test
  void theValuesMayBeWipedAfterwardsAndAreNotPrinted() {
    TreeMap<SecretName, SecretValue> values = new TreeMap<>();
    values.put(SecretName.of("TOKEN"), SecretValue.copyOf("TOKEN", bytes("hunter2!x")));
    Needles needles = Needles.of(values);
    values.values().forEach(SecretValue::close);
    assertThat(mask(needles, "hunter2!x")).isEqualTo("[pale:TOKEN]");
    assertThat(needles.toString()).doesNotContain("hunter").contains("needles");
  }

  @Test
  void aThousandSecretsAreAllFoundAndFitInMemory() {
    Random random = new Random(1);
    List<byte[]> values = new ArrayList<>();
    Needles.Builder builder = Needles.builder();
    for (int i = 0; i < 1000; i++) {
      byte[] value = new byte[40];
      for (int j = 0; j < value.length; j++) {
        value[j] = (byte) ('!' + random.nextInt(94));
      }
      values.add(value);
      builder.add("S" + i, value);
    }
    Needles needles = builder.build();
    // A node takes 14 bytes.
    assertThat(needles.nodes()).isLessThan(60_000_000 / 14);
    StringBuilder text = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      String plain = new String(values.get(i), StandardCharsets.UTF_8);
      String base64 = java.util.Base64.getEncoder().encodeToString(values.get(i));
      text.append(i).append(" \n").append(plain).append('\t').append(base64).append('\n');
      expected
          .append(i)
          .append(" \n[pale:S")
          .append(i)
          .append("]\t[pale:S")
          .append(i)
          .append("]\n");
    }
    assertThat(mask(needles, text.toString())).isEqualTo(expected.toString());
  }

  private static String mask(Needles needles, String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Masker masker = needles.masker();
    masker.write(bytes(text), 0, bytes(text).length, out::write);
    masker.finish(out::write);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
