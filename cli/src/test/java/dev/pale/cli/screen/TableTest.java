package dev.pale.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void columnsAlignByWhatATerminalShows() {
    String table =
        Table.render(
            List.of("N", "V"),
            List.of(
                List.of("日本", "1"),
                List.of("é", "2"),
                List.of("e\u0301", "3"),
                List.of("abcd", "4")),
            false);
    assertThat(table.lines().toList())
        .containsExactly("N     V", "日本  1", "é     2", "e\u0301     3", "abcd  4");
  }

  @Test
  void colourIsInTheHeaderOnly() {
    assertThat(Table.render(List.of("N"), List.of(List.of("a")), true))
        .isEqualTo("\u001b[1mN\u001b[0m\na\n");
  }

  @Property(tries = 300)
  void noCellCanSteerTheTerminal(@ForAll String cell) {
    String table = Table.render(List.of("N"), List.of(List.of(cell)), false);
    assertThat(table.chars().filter(c -> c != '\n').anyMatch(Character::isISOControl)).isFalse();
    assertThat(table.lines().count()).isLessThanOrEqualTo(2);
  }
}
