package dev.pale.formats.dotenv;

import dev.pale.formats.dotenv.Problem.Severity;
import java.util.ArrayList;
import java.util.List;

/**
 * A POSIX shell's {@code source}, of which only assignments are understood: what a shell would
 * expand or run is marked, never done. Where the inside of {@code $(…)} ends is guessed, because
 * nothing is taken from it.
 *
 * <p>Source: POSIX.1-2017, Shell Command Language, 2.2, 2.3, 2.6 and 2.9.1.
 */
final class ShellReader {
  private final byte[] in;
  private final Readings out;
  private final ShellWord word;

  private ShellReader(byte[] in) {
    this.in = in;
    this.out = new Readings(in);
    this.word = new ShellWord(in);
  }

  static Readings read(byte[] in) {
    ShellReader reader = new ShellReader(in);
    reader.file();
    return reader.out;
  }

  private record Pending(int nameStart, int nameEnd, int end, Reading reading) {}

  private void file() {
    int i = Bytes.start(in);
    while (i < in.length && out.stoppedAtLine == Integer.MAX_VALUE) {
      int start = Bytes.skipBlanks(in, i);
      if (Bytes.isEndOfLine(in, start)) {
        out.gap();
        i = Bytes.lineFeed(in, start) + 1;
      } else if (in[start] == '#') {
        int end = Bytes.lineFeed(in, start);
        out.comment(start, end);
        i = end + 1;
      } else {
        i = command(start);
      }
    }
  }

  /** Reads one command; returns where the next one starts. */
  private int command(int start) {
    List<Pending> pending = new ArrayList<>(1);
    int i = start;
    boolean exported = Bytes.startsWith(in, i, "export") && Bytes.isBlank(Bytes.at(in, i + 6));
    if (exported) {
      i += 6;
    }
    boolean runs = false;
    while (true) {
      i = skipBlanks(i);
      int c = Bytes.at(in, i);
      if (Bytes.isEndOfLine(in, i) || c == '#' || c == ';') {
        if (c == ';' && (i == start || Bytes.at(in, i + 1) == ';')) {
          stop(i, i, false, pending, start);
          return in.length;
        }
        // 'export' alone prints every variable.
        finish(start, pending, runs || (exported && i == skipBlanks(start + 6)));
        return c == ';' ? i + 1 : Bytes.lineFeed(in, i) + 1;
      }
      if (ShellWord.isOperator(c)) {
        finish(start, pending, true);
        return restOfLine(i);
      }
      int nameEnd = i;
      while (Bytes.isNamePart(Bytes.at(in, nameEnd))) {
        nameEnd++;
      }
      boolean named = nameEnd > i && Bytes.isNameStart(c);
      boolean assigns = named && Bytes.at(in, nameEnd) == '=' && !runs;
      int end = word.read(assigns ? nameEnd + 1 : i, exported);
      if (word.outcome() == Reading.Kind.ERROR) {
        stop(i, nameEnd, assigns, pending, start);
        return in.length;
      }
      if (assigns) {
        pending.add(new Pending(i, nameEnd, end, reading(i, nameEnd)));
      } else {
        runs |= !(exported && named && end == nameEnd);
      }
      i = end;
    }
  }

  private Reading reading(int nameStart, int nameEnd) {
    return switch (word.outcome()) {
      case VALUE -> out.value(nameStart, nameEnd, word.take());
      case EXECUTES -> Reading.EXECUTES;
      case EXPANDS -> Reading.EXPANDS;
      case UNSET, ERROR -> Reading.ERROR;
    };
  }

  private void finish(int start, List<Pending> pending, boolean runs) {
    if (runs) {
      out.problem(
          start,
          Severity.ERROR,
          "a shell would run a command here",
          "keep only assignments; put a value that holds blanks or signs into single quotes");
    }
    for (Pending one : pending) {
      Reading reading = one.reading;
      if (runs) {
        reading.close();
        reading = Reading.EXECUTES;
      } else if (reading == Reading.EXECUTES) {
        out.problem(
            one.nameEnd + 1,
            Severity.ERROR,
            "a shell would run a command to get this value",
            "write the value itself, in single quotes");
      } else if (reading == Reading.EXPANDS) {
        out.problem(
            one.nameEnd + 1,
            Severity.ERROR,
            "a shell would expand this value",
            "write the value itself, in single quotes");
      }
      out.assign(one.nameStart, one.nameEnd, one.end, reading);
    }
  }

  /** An open quote swallows the rest of the file, a semicolon after nothing ends it. */
  private void stop(int at, int nameEnd, boolean assigns, List<Pending> pending, int start) {
    finish(start, pending, false);
    out.problem(
        at,
        Severity.ERROR,
        "a shell would stop reading the file here",
        "close the quote, or remove the sign");
    if (assigns) {
      out.assign(at, nameEnd, nameEnd, Reading.ERROR);
    }
    out.stoppedAtLine = out.line(at);
  }

  /** Goes past the line, and past quotes that reach over its end. */
  private int restOfLine(int i) {
    while (!Bytes.isEndOfLine(in, i)) {
      int c = Bytes.at(in, i);
      if (Bytes.isBlank(c) || ShellWord.isOperator(c) || c == ';') {
        i++;
      } else if (c == '#') {
        i = Bytes.lineFeed(in, i);
      } else {
        i = word.read(i, false);
        if (word.outcome() == Reading.Kind.ERROR) {
          out.stoppedAtLine = out.line(Math.min(i, in.length));
          return in.length;
        }
      }
    }
    return Bytes.lineFeed(in, i) + 1;
  }

  private int skipBlanks(int i) {
    while (true) {
      if (Bytes.isBlank(Bytes.at(in, i))) {
        i++;
      } else if (Bytes.at(in, i) == '\\' && Bytes.at(in, i + 1) == '\n') {
        i += 2;
      } else {
        return i;
      }
    }
  }
}
