package dev.pale.sops;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Files of some megabytes that are made to take for ever are read or refused in linear time. */
class HostileFileTest {
  private static final int LINES = 40_000;

  private record Case(String name, SopsFormat format, String content) {}

  private static Stream<Case> cases() {
    return Stream.of(
        new Case("comments", SopsFormat.YAML, "a: 1\n" + "# c\n".repeat(LINES) + "b: 2\n"),
        new Case("comments in a list", SopsFormat.YAML, "l:\n" + "- x # c\n".repeat(LINES)),
        new Case("one long line", SopsFormat.YAML, "l: [" + "a, ".repeat(LINES) + "b]\n"),
        new Case("comments in flow", SopsFormat.YAML, "l: [" + "a, # c\n ".repeat(LINES) + "b]\n"),
        new Case("brackets", SopsFormat.YAML, "l: " + "[".repeat(LINES)),
        new Case("braces", SopsFormat.YAML, "{a: ".repeat(LINES)),
        new Case("dashes", SopsFormat.YAML, "- ".repeat(LINES)),
        new Case("questions", SopsFormat.YAML, "? ".repeat(LINES)),
        new Case("aliases", SopsFormat.YAML, "a: &a [1]\nl:\n" + "- *a\n".repeat(LINES)),
        new Case("documents", SopsFormat.YAML, "---\na: 1\n".repeat(LINES / 3)),
        new Case("a block text", SopsFormat.YAML, "a: |\n" + "  x\n".repeat(LINES)),
        new Case("underscores", SopsFormat.YAML, "a: 1" + "_".repeat(LINES * 10) + "\n"),
        new Case("a tag", SopsFormat.YAML, "a: !" + "x".repeat(LINES) + " y\n"),
        new Case("empty lines", SopsFormat.YAML, "a: 1\n" + "\n".repeat(LINES * 10) + "# c\n"),
        new Case("json brackets", SopsFormat.JSON, "{\"a\":" + "[".repeat(LINES)),
        new Case("json keys", SopsFormat.JSON, "{" + "\"a\":1,".repeat(LINES) + "\"a\":1}"),
        new Case("json digits", SopsFormat.JSON, "{\"a\":" + "9".repeat(LINES) + "}"),
        new Case("ini continuation", SopsFormat.INI, "a = x\\\n" + "y\\\n".repeat(LINES)),
        new Case("ini comments", SopsFormat.INI, "; c\n".repeat(LINES) + "a = b\n"),
        new Case("ini sections", SopsFormat.INI, "[a]\nb=c\n".repeat(LINES)),
        new Case("dotenv", SopsFormat.DOTENV, "A=\\n\\n\n".repeat(LINES)),
        new Case(
            "flat metadata",
            SopsFormat.DOTENV,
            "sops_a" + "__map_x".repeat(LINES) + "=1\nsops_b__list_99999__map_c=1\n"));
  }

  @TestFactory
  Stream<DynamicTest> is_read_or_refused_in_time() {
    return cases()
        .map(each ->
            DynamicTest.dynamicTest(
                each.name(),
                () -> assertTimeoutPreemptively(Duration.ofSeconds(15), () -> read(each))));
  }

  private static void read(Case each) {
    byte[] content = each.content().getBytes(StandardCharsets.UTF_8);
    try {
      SopsTree.parse(each.format(), content).emit(each.format(), SopsTree.Indent.DEFAULT);
      SopsFile.parse(each.format(), content);
    } catch (PaleException e) {
      // A refusal with a code is as good.
    }
  }
}
