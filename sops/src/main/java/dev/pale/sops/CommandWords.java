package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command into its words by the quoting rules of a POSIX shell, and does nothing else of
 * what a shell does: no variable, no pattern, no second command.
 */
final class CommandWords {
  private CommandWords() {}

  /** At least one word; error 481 when a quote is not closed or there is none. */
  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
        char next = text.charAt(++i);
        if (quote == '"' && next != '"' && next != '\\' && next != '$' && next != '`') {
          word.append(c);
        }
        word.append(next);
        inWord = true;
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        inWord = true;
      } else if (c == ' ' || c == '\t' || c == '\n') {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    if (quote != 0 || words.isEmpty() || words.getFirst().isEmpty()) {
      throw PaleException.of(
          481, "this is not a command", "a quote is not closed, or it is empty", "");
    }
    return words;
  }
}
