package dev.pale.cli.transfer;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.Session;
import dev.pale.formats.dotenv.Ambiguity;
import dev.pale.formats.dotenv.Dialect;
import dev.pale.formats.dotenv.DotenvFile;
import dev.pale.formats.dotenv.Reading;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lines that dialects read differently: shown to a person, who chooses; without one, an error that
 * names them.
 *
 * <p>A person at a terminal sees the readings, because a choice between hidden values is none.
 * Lines where docker alone differs (it takes quotes as part of the value) are only mentioned: they
 * are nearly all quoted lines.
 */
final class Differences {
  private final Session session;
  private final String file;
  private final DotenvFile dotenv;
  private final Set<Integer> settledLines = new HashSet<>();

  Differences(Session session, String file, DotenvFile dotenv) {
    this.session = session;
    this.file = file;
    this.dotenv = dotenv;
  }

  /** Whether a person has chosen a reading for this line. */
  boolean settled(int line) {
    return settledLines.contains(line);
  }

  /** Asks for each difference and puts what was chosen into {@code values}. */
  void settle(Map<SecretName, SecretValue> values) {
    int docker = 0;
    StringBuilder open = new StringBuilder();
    Optional<Dialect> forAll = Optional.empty();
    for (Ambiguity ambiguity : dotenv.ambiguities()) {
      if (ambiguity.dockerOnly()) {
        docker++;
        continue;
      }
      if (!session.prompt().canAsk()) {
        open.append(open.isEmpty() ? "" : "\n").append(summary(ambiguity));
        continue;
      }
      Dialect dialect;
      if (forAll.isPresent() && isUsable(ambiguity.reading(forAll.get()))) {
        dialect = forAll.get();
      } else {
        Choice choice = ask(ambiguity);
        dialect = choice.dialect();
        forAll = choice.forAll() ? Optional.of(dialect) : Optional.empty();
      }
      settledLines.add(ambiguity.line());
      Optional<SecretValue> value = ambiguity.reading(dialect).value();
      if (value.isPresent()) {
        values.put(ambiguity.name(), value.get());
      } else {
        values.remove(ambiguity.name());
      }
    }
    if (!open.isEmpty()) {
      throw PaleException.of(
          140,
          "dialects read lines of " + file + " differently, and nobody can be asked",
          open.toString(),
          "add --dialect pale, shell, dotenv or docker (docs/dotenv.md), or run it on a terminal");
    }
    if (docker > 0) {
      session
          .screen()
          .remark(
              Screen.count(docker, "line")
                  + " of "
                  + file
                  + " would keep quotes or comments in the value with docker (--dialect docker)");
    }
  }

  private record Choice(Dialect dialect, boolean forAll) {}

  /** No value: what the dialects do, for a log. */
  private String summary(Ambiguity ambiguity) {
    StringBuilder text = new StringBuilder();
    text.append(file).append(':').append(ambiguity.line()).append(": ").append(ambiguity.name());
    text.append(":");
    for (Dialect dialect : Dialect.values()) {
      text.append(' ').append(dialect.text()).append(' ');
      text.append(hidden(ambiguity, dialect));
      text.append(dialect == Dialect.DOCKER ? "" : ",");
    }
    return text.toString();
  }

  /** Readings with the same letter are the same value. */
  private static String hidden(Ambiguity ambiguity, Dialect dialect) {
    Reading reading = ambiguity.reading(dialect);
    if (reading.kind() != Reading.Kind.VALUE) {
      return words(reading);
    }
    for (Dialect earlier : Dialect.values()) {
      if (reading.sameAs(ambiguity.reading(earlier))) {
        return "reads value " + (char) ('A' + number(earlier) - 1);
      }
    }
    return "reads a value";
  }

  private Choice ask(Ambiguity ambiguity) {
    Screen screen = session.screen();
    screen.always(
        file
            + " line "
            + ambiguity.line()
            + ": dialects read "
            + ambiguity.name()
            + " differently");
    for (Dialect dialect : Dialect.values()) {
      Reading reading = ambiguity.reading(dialect);
      screen.always(
          "  "
              + (isUsable(reading) ? number(dialect) + ")" : "  ")
              + " "
              + String.format(Locale.ROOT, "%-7s", dialect.text())
              + (reading.value().isPresent() ? shown(reading.value().get()) : words(reading)));
    }
    while (true) {
      String answer =
          session
              .prompt()
              .line(
                  "which one? number, number! for all such lines, or c to cancel: ",
                  "add --dialect pale, shell, dotenv or docker");
      boolean all = answer.endsWith("!");
      String number = all ? answer.substring(0, answer.length() - 1) : answer;
      for (Dialect dialect : Dialect.values()) {
        if (number.equals(Integer.toString(number(dialect)))
            && isUsable(ambiguity.reading(dialect))) {
          return new Choice(dialect, all);
        }
      }
      if (answer.isEmpty() || answer.startsWith("c")) {
        throw PaleException.of(147, "nothing was imported", "cancelled", "");
      }
    }
  }

  /** The number under which a dialect is chosen. */
  private static int number(Dialect dialect) {
    return switch (dialect) {
      case PALE -> 1;
      case SHELL -> 2;
      case DOTENV -> 3;
      case DOCKER -> 4;
    };
  }

  private static boolean isUsable(Reading reading) {
    return reading.kind() == Reading.Kind.VALUE || reading.kind() == Reading.Kind.UNSET;
  }

  private static String words(Reading reading) {
    return switch (reading.kind()) {
      case VALUE -> "reads a value";
      case UNSET -> "does not set it";
      case EXPANDS -> "puts other variables into it";
      case EXECUTES -> "runs a command";
      case ERROR -> "stops with an error";
    };
  }

  private static String shown(SecretValue value) {
    String text = new String(value.bytes(Reveal.SHOW), StandardCharsets.UTF_8);
    String cut = text.length() > 200 ? text.substring(0, 200) + "…" : text;
    return "[" + cut.replace("\n", "⏎") + "]";
  }
}
