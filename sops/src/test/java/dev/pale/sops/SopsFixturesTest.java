package dev.pale.sops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;

/** Files of sops itself: opened, printed and written again byte for byte. */
@EnabledIf("dev.pale.sops.Fixtures#present")
class SopsFixturesTest {
  private static Stream<Fixtures.Row> accepted() {
    return Fixtures.rows().stream().filter(row -> !row.file().startsWith("tampered/"));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** As sops wrote it: one file of its repository lost the empty line that ends every INI file. */
  private static String written(Fixtures.Row row) {
    String file = text(Fixtures.bytes(row.file()));
    return row.file().equals("real/sops__format.enc.ini") ? file + "\n" : file;
  }

  @TestFactory
  Stream<DynamicTest> opens_with_its_mac_and_prints_what_sops_prints() {
    return accepted()
        .map(row ->
            DynamicTest.dynamicTest(
                row.file(),
                () -> {
                  SopsFile file = SopsFile.parse(row.sopsFormat(), Fixtures.bytes(row.file()));
                  byte[] key = TestKeys.dataKey(file.metadata(), row.key());
                  try (Decrypted opened = file.decrypt(key)) {
                    assertThat(opened.mac()).isEqualTo(Decrypted.Mac.OK);
                    byte[] printed = opened.tree().emit(row.sopsFormat(), SopsTree.Indent.DEFAULT);
                    assertThat(text(printed))
                        .isEqualTo(text(Fixtures.bytes(row.file().replace(".enc.", ".dec."))));
                  }
                }));
  }

  @TestFactory
  Stream<DynamicTest> what_is_read_is_written_as_it_was() {
    return accepted()
        .filter(row -> row.version().startsWith("v3.13."))
        .map(row ->
            DynamicTest.dynamicTest(
                row.file(),
                () -> {
                  SopsFile file = SopsFile.parse(row.sopsFormat(), Fixtures.bytes(row.file()));
                  assertThat(text(file.emit(SopsTree.Indent.DEFAULT))).isEqualTo(written(row));
                }));
  }

  @TestFactory
  Stream<DynamicTest> the_plain_source_becomes_what_sops_printed() {
    return accepted()
        .filter(row -> row.file().startsWith("generated/"))
        .map(row ->
            DynamicTest.dynamicTest(
                row.file(),
                () -> {
                  SopsTree source =
                      SopsTree.parse(
                          row.sopsFormat(), Fixtures.bytes(row.file().replace(".enc.", ".plain.")));
                  SopsFile file = SopsFile.parse(row.sopsFormat(), Fixtures.bytes(row.file()));
                  byte[] key = TestKeys.dataKey(file.metadata(), row.key());
                  SopsFile sealed =
                      SopsFile.encrypt(
                          row.sopsFormat(),
                          source,
                          file.metadata(),
                          key,
                          SopsStash.empty(),
                          file.metadata().lastModified().toInstant());
                  byte[] written = sealed.emit(SopsTree.Indent.DEFAULT);
                  assertThat(shape(written)).isEqualTo(shape(Fixtures.bytes(row.file())));
                  try (Decrypted opened = SopsFile.parse(row.sopsFormat(), written).decrypt(key)) {
                    assertThat(text(opened.tree().emit(row.sopsFormat(), SopsTree.Indent.DEFAULT)))
                        .isEqualTo(text(Fixtures.bytes(row.file().replace(".enc.", ".dec."))));
                  }
                }));
  }

  /** A file without what is random in it. */
  private static String shape(byte[] file) {
    return text(file).replaceAll("(data|iv|tag):[A-Za-z0-9+/=]*", "$1:");
  }

  @TestFactory
  Stream<DynamicTest> sealing_again_without_a_change_changes_the_mac_alone() {
    return accepted()
        .filter(row -> row.version().startsWith("v3.13."))
        .map(row ->
            DynamicTest.dynamicTest(
                row.file(),
                () -> {
                  byte[] content = Fixtures.bytes(row.file());
                  SopsFile file = SopsFile.parse(row.sopsFormat(), content);
                  byte[] key = TestKeys.dataKey(file.metadata(), row.key());
                  try (Decrypted opened = file.decrypt(key)) {
                    SopsFile again =
                        SopsFile.encrypt(
                            row.sopsFormat(),
                            opened.tree(),
                            file.metadata(),
                            key,
                            opened.stash(),
                            file.metadata().lastModified().toInstant());
                    assertThat(withoutMac(text(again.emit(SopsTree.Indent.DEFAULT))))
                        .isEqualTo(withoutMac(written(row)));
                  }
                }));
  }

  private static String withoutMac(String file) {
    return file.replaceAll("(?m)^(.*\\bmac\\b|sops_mac)(\"?: |=| +=).*$", "mac");
  }

  @TestFactory
  Stream<DynamicTest> a_tampered_file_gets_the_verdict_of_sops() {
    return Fixtures.rows().stream()
        .filter(row -> row.file().startsWith("tampered/"))
        .map(row -> DynamicTest.dynamicTest(row.file(), () -> verdict(row)));
  }

  private static void verdict(Fixtures.Row row) throws Exception {
    SopsFile file = SopsFile.parse(row.sopsFormat(), Fixtures.bytes(row.file()));
    byte[] key = TestKeys.dataKey(file.metadata(), row.key());
    if (!row.expected().equals("ok")) {
      int code =
          row.file().contains("no-mac")
              ? 459
              : row.expected().equals("mac-mismatch")
                  ? 458
                  : row.expected().equals("auth-failure") ? 457 : 456;
      assertThatThrownBy(() -> file.decrypt(key))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(code));
      return;
    }
    SopsWarning.Kind named =
        switch (row.file().replaceAll(".*/|\\.enc.*", "")) {
          case "add-empty-string" -> SopsWarning.Kind.EMPTY_TEXT;
          case "add-null" -> SopsWarning.Kind.NULL_VALUE;
          case "add-comment" -> SopsWarning.Kind.PLAIN_COMMENT;
          case "type-int-to-str" -> SopsWarning.Kind.TYPE_LABEL;
          default -> SopsWarning.Kind.PLAIN_VALUES_OUTSIDE_MAC;
        };
    try (Decrypted opened = file.decrypt(key)) {
      assertThat(opened.warnings()).extracting(SopsWarning::kind).contains(named);
    }
  }
}
