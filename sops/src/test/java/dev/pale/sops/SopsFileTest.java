package dev.pale.sops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sealing, opening, and those who would get at values in between. */
class SopsFileTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final byte[] KEY = SopsPropertiesTest.key();

  private static SopsTree yaml(String text) {
    return SopsTree.parse(SopsFormat.YAML, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static SopsMetadata rule(SopsMetadata.SelectorKind kind, String text, boolean macOnly) {
    return SopsPropertiesTest.metadata()
        .withSelector(Optional.of(new SopsMetadata.Selector(kind, text)), macOnly);
  }

  private static String sealed(String text, SopsMetadata metadata) {
    return text(
        SopsFile.encrypt(SopsFormat.YAML, yaml(text), metadata, KEY, SopsStash.empty(), NOW)
            .emit(SopsTree.Indent.DEFAULT));
  }

  private static Decrypted opened(String file) {
    return SopsFile.parse(SopsFormat.YAML, file.getBytes(StandardCharsets.UTF_8)).decrypt(KEY);
  }

  private static void refused(
      int code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UNENCRYPTED_SUFFIX|_plain|a_plain",
        "ENCRYPTED_SUFFIX|b|a_plain",
        "UNENCRYPTED_REGEX|pl[a]i|a_plain",
        "ENCRYPTED_REGEX|^b$|a_plain",
      })
  void a_rule_says_what_stays_readable(SopsMetadata.SelectorKind kind, String text, String open) {
    String file = sealed("a_plain: {x: one}\nb: two\n", rule(kind, text, false));
    assertThat(file).contains(open + ":\n    x: one").doesNotContain("two");
    try (Decrypted decrypted = opened(file)) {
      assertThat(text(decrypted.tree().emit(SopsFormat.YAML, SopsTree.Indent.DEFAULT)))
          .isEqualTo("a_plain:\n    x: one\nb: two\n");
    }
  }

  @Test
  void a_rule_that_is_no_expression_is_refused_where_sops_would_leave_all_readable() {
    refused(
        461, () -> sealed("a: b\n", rule(SopsMetadata.SelectorKind.ENCRYPTED_REGEX, "(", false)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"((a{1000}){1000}){1000}", "(x{900}){900}", "a{1,1000}b{1,1000}c{1,1000}"})
  void a_rule_that_would_fill_the_memory_is_refused(String pattern) {
    refused(
        461,
        () -> sealed("a: b\n", rule(SopsMetadata.SelectorKind.ENCRYPTED_REGEX, pattern, false)));
  }

  @Test
  void a_rule_that_would_never_end_elsewhere_takes_no_time() {
    String key = "a".repeat(100_000);
    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            sealed(
                "? " + key + "!\n: b\n",
                rule(SopsMetadata.SelectorKind.ENCRYPTED_REGEX, "^(a+)+$", false)));
  }

  @Test
  void another_data_key_meets_no_old_iv() {
    String file = sealed("a: one\nb: one\nl: [x, x, y]\n", SopsPropertiesTest.metadata());
    byte[] other = new byte[32];
    SopsFile read = SopsFile.parse(SopsFormat.YAML, file.getBytes(StandardCharsets.UTF_8));
    try (Decrypted decrypted = read.decrypt(KEY)) {
      String again =
          text(
              SopsFile.encrypt(
                      SopsFormat.YAML,
                      decrypted.tree(),
                      read.metadata(),
                      other,
                      decrypted.stash(),
                      NOW)
                  .emit(SopsTree.Indent.DEFAULT));
      Set<String> both = new HashSet<>(ivs(file));
      both.retainAll(ivs(again));
      assertThat(both).isEmpty();
      assertThat(ivs(again)).doesNotHaveDuplicates().hasSize(6);
    }
  }

  @Test
  void a_changed_value_gets_a_new_iv() {
    String file = sealed("a: one\nb: two\n", SopsPropertiesTest.metadata());
    SopsFile read = SopsFile.parse(SopsFormat.YAML, file.getBytes(StandardCharsets.UTF_8));
    try (Decrypted decrypted = read.decrypt(KEY)) {
      SopsTree changed = decrypted.tree().set(SopsPath.keys("a"), SopsNode.Leaf.text("uno"));
      List<String> fresh =
          ivs(
              text(
                  SopsFile.encrypt(
                          SopsFormat.YAML, changed, read.metadata(), KEY, decrypted.stash(), NOW)
                      .emit(SopsTree.Indent.DEFAULT)));
      List<String> old = ivs(file);
      assertThat(fresh.get(0)).isNotEqualTo(old.get(0));
      assertThat(fresh.get(1)).isEqualTo(old.get(1));
      assertThat(fresh.get(2)).isNotEqualTo(old.get(2));
    }
  }

  private static List<String> ivs(String file) {
    Matcher matcher = Pattern.compile(",iv:([^,]*),").matcher(file);
    return matcher.results().map(result -> result.group(1)).toList();
  }

  @Test
  void comments_beside_values_stay_there_in_the_file_and_are_printed_above() {
    String file = sealed("a: one # note\nb: two\n", SopsPropertiesTest.metadata());
    assertThat(file).containsPattern("a: ENC[^\n]* #ENC");
    SopsFile read = SopsFile.parse(SopsFormat.YAML, file.getBytes(StandardCharsets.UTF_8));
    try (Decrypted decrypted = read.decrypt(KEY)) {
      assertThat(text(decrypted.tree().emit(SopsFormat.YAML, SopsTree.Indent.DEFAULT)))
          .isEqualTo("# note\na: one\nb: two\n");
      SopsFile again =
          SopsFile.encrypt(
              SopsFormat.YAML,
              decrypted.tree().set(SopsPath.keys("b"), SopsNode.Leaf.text("due")),
              read.metadata(),
              KEY,
              decrypted.stash(),
              NOW);
      assertThat(text(again.emit(SopsTree.Indent.DEFAULT)).lines().findFirst())
          .isEqualTo(file.lines().findFirst());
    }
  }

  @Test
  void a_value_taken_for_a_comment_is_missed() {
    String file = sealed("l: [one, two]\n", SopsPropertiesTest.metadata());
    String hidden = file.replaceFirst(",type:str]", ",type:comment]");
    refused(458, () -> opened(hidden).close());
  }

  @Test
  void what_only_another_data_key_opens_does_not_open() {
    String file = sealed("a: one\n", SopsPropertiesTest.metadata());
    refused(
        457,
        () ->
            SopsFile.parse(SopsFormat.YAML, file.getBytes(StandardCharsets.UTF_8))
                .decrypt(new byte[32]));
    refused(
        463,
        () ->
            SopsFile.parse(SopsFormat.YAML, file.getBytes(StandardCharsets.UTF_8))
                .decrypt(new byte[16]));
  }

  @Test
  void a_wrong_mac_is_told_when_it_is_ignored() {
    String file = sealed("a: one\nb: two\n", SopsPropertiesTest.metadata());
    String shorter = file.substring(file.indexOf("b: "));
    SopsFile read = SopsFile.parse(SopsFormat.YAML, shorter.getBytes(StandardCharsets.UTF_8));
    refused(458, () -> read.decrypt(KEY));
    try (Decrypted decrypted = read.decryptIgnoringMac(KEY)) {
      assertThat(decrypted.mac()).isEqualTo(Decrypted.Mac.MISMATCH);
      assertThat(decrypted.warnings())
          .extracting(SopsWarning::kind)
          .contains(SopsWarning.Kind.MAC_IGNORED);
    }
  }

  @Test
  void weaknesses_of_the_format_are_named() {
    String file =
        sealed(
            "l: [a, aa]\n'x:y': 1\nx: {y: 2}\nn: null\ne: ''\nm: {}\nt: '12'\n# c\nz: 1\n",
            SopsPropertiesTest.metadata());
    try (Decrypted decrypted = opened(file)) {
      assertThat(decrypted.warnings())
          .extracting(SopsWarning::kind)
          .containsExactlyInAnyOrder(
              SopsWarning.Kind.EXCHANGEABLE_ELEMENTS,
              SopsWarning.Kind.COLLIDING_PATHS,
              SopsWarning.Kind.NULL_VALUE,
              SopsWarning.Kind.EMPTY_TEXT,
              SopsWarning.Kind.EMPTY_COLLECTION,
              SopsWarning.Kind.TYPE_LABEL,
              SopsWarning.Kind.COMMENTS_OUTSIDE_MAC);
    }
    try (Decrypted decrypted = opened(sealed("a: one\nb: 2\n", SopsPropertiesTest.metadata()))) {
      assertThat(decrypted.warnings()).isEmpty();
    }
  }

  @Test
  void no_error_and_no_warning_shows_a_value() {
    String file = sealed("a: one\n", SopsPropertiesTest.metadata());
    String plain = file.replaceFirst("a: ENC.*", "a: hunter2");
    assertThatThrownBy(() -> opened(plain))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(456);
              assertThat(e.what() + e.why() + e.mend()).contains("a: ").doesNotContain("hunter2");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: ENC[AES256_GCM,data:,iv:,tag:,type:str]",
        "a: ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]",
        "a: ENC[AES256_GCM,data:!!,iv:AA==,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]",
        "a: ENC[AES256_GCM,",
        "a: ENC[AES256_GCM,data:AA==,iv:,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]",
      })
  void a_broken_sealed_form_is_refused(String line) {
    String file = sealed("a: one\n", SopsPropertiesTest.metadata());
    refused(456, () -> opened(file.replaceFirst("a: ENC.*", line)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "    lastmodified: .*|    lastmodified: yesterday",
        "    version:|    encrypted_regex: x;    version:",
        "    age:|    agee:",
        "    mac: .*|    mac: {a: b}",
        "    version:|    shamir_threshold: -1;    version:",
        "    version:|    mac_only_encrypted: perhaps;    version:",
      })
  void broken_metadata_is_refused(String pattern, String instead) {
    String file = sealed("a: one\n", SopsPropertiesTest.metadata());
    String broken =
        file.replaceFirst(pattern, Matcher.quoteReplacement(instead.replace(';', '\n')));
    refused(455, () -> opened(broken));
  }

  @Test
  void unknown_metadata_is_kept() {
    String file =
        sealed("a: one\n", SopsPropertiesTest.metadata())
            .replaceFirst("    version:", "    newfield: kept\n    version:");
    SopsFile read = SopsFile.parse(SopsFormat.YAML, file.getBytes(StandardCharsets.UTF_8));
    assertThat(text(read.emit(SopsTree.Indent.DEFAULT))).contains("    newfield: kept\n");
  }

  @Test
  void a_file_that_is_encrypted_already_is_not_encrypted_again() {
    String file = sealed("a: one\n", SopsPropertiesTest.metadata());
    refused(460, () -> sealed(file, SopsPropertiesTest.metadata()));
    SopsTree env = SopsTree.parse(SopsFormat.DOTENV, "sops_x=1\n".getBytes(StandardCharsets.UTF_8));
    refused(
        460,
        () ->
            SopsFile.encrypt(
                SopsFormat.DOTENV,
                env,
                SopsPropertiesTest.metadata(),
                KEY,
                SopsStash.empty(),
                NOW));
  }

  @Test
  void a_file_without_metadata_is_told_apart() {
    for (SopsFormat format : SopsFormat.values()) {
      byte[] plain =
          (format == SopsFormat.JSON || format == SopsFormat.BINARY ? "{\"a\": 1}" : "a=1\n")
              .getBytes(StandardCharsets.UTF_8);
      if (format == SopsFormat.YAML) {
        plain = "a: 1\n".getBytes(StandardCharsets.UTF_8);
      }
      byte[] content = plain;
      refused(454, () -> SopsFile.parse(format, content));
      assertThat(SopsFile.isEncrypted(format, content)).isFalse();
    }
  }

  @Test
  void a_closed_opening_holds_no_value() {
    Decrypted decrypted = opened(sealed("a: hunter2\n", SopsPropertiesTest.metadata()));
    decrypted.close();
    assertThat(
            text(
                decrypted
                    .tree()
                    .extract(SopsPath.keys("a"), SopsFormat.YAML, SopsTree.Indent.DEFAULT)))
        .isEqualTo("\0".repeat(7));
  }

  @Test
  void bytes_that_are_no_text_survive_in_a_binary_file() {
    byte[] content = {0, (byte) 0xff, (byte) 0xfe, 10, 13, (byte) 0x80};
    SopsFile file =
        SopsFile.encrypt(
            SopsFormat.BINARY,
            SopsTree.parse(SopsFormat.BINARY, content),
            SopsPropertiesTest.metadata(),
            KEY,
            SopsStash.empty(),
            NOW);
    try (Decrypted decrypted =
        SopsFile.parse(SopsFormat.BINARY, file.emit(SopsTree.Indent.DEFAULT)).decrypt(KEY)) {
      assertThat(decrypted.tree().emit(SopsFormat.BINARY, SopsTree.Indent.DEFAULT))
          .isEqualTo(content);
    }
  }

  @Test
  void the_rules_do_not_apply_to_binary_files() {
    SopsFile file =
        SopsFile.encrypt(
            SopsFormat.BINARY,
            SopsTree.parse(SopsFormat.BINARY, "x".getBytes(StandardCharsets.UTF_8)),
            rule(SopsMetadata.SelectorKind.UNENCRYPTED_REGEX, "data", false),
            KEY,
            SopsStash.empty(),
            NOW);
    assertThat(text(file.emit(SopsTree.Indent.DEFAULT))).contains("\"data\": \"ENC[");
  }
}
