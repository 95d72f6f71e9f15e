package dev.pale.formats.dotenv;

import dev.pale.formats.dotenv.Problem.Severity;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects what one dialect makes of a file. */
final class Readings {
  final List<Assignment> assignments = new ArrayList<>();
  final List<Problem> problems = new ArrayList<>();

  /** Where the dialect gives up on the whole file. */
  int stoppedAtLine = Integer.MAX_VALUE;

  /** More tell nothing new. */
  static final int MAX_PROBLEMS = 1000;

  private final byte[] bytes;
  private final StringBuilder comment = new StringBuilder();
  private boolean commentsAreSafe = true;
  private boolean anyError;
  private int cursor;
  private int cursorLine = 1;

  Readings(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The line of an offset. Cheap when the offsets that are asked for mostly grow. */
  int line(int offset) {
    while (cursor < offset && cursor < bytes.length) {
      if (bytes[cursor++] == '\n') {
        cursorLine++;
      }
    }
    while (cursor > offset) {
      if (bytes[--cursor] == '\n') {
        cursorLine--;
      }
    }
    return cursorLine;
  }

  /**
   * An assignment.
   *
   * @param nameStart where the name starts
   * @param nameEnd after the name
   * @param end after the value, on its last line
   */
  void assign(int nameStart, int nameEnd, int end, Reading reading) {
    int lastLine = line(end);
    int line = line(nameStart);
    String text = name(nameStart, nameEnd);
    if (!SecretName.isValid(text)) {
      reading.close();
      problem(
          nameStart,
          Severity.ERROR,
          "what stands before '=' is not a name",
          "a name is letters, digits and _ and does not start with a digit; rename or remove it");
      return;
    }
    assignments.add(new Assignment(SecretName.of(text), line, lastLine, reading, takeComment()));
  }

  /** A value for {@link #assign}; takes the array. */
  Reading value(int nameStart, int nameEnd, byte[] value) {
    for (byte b : value) {
      if (b == 0) {
        Arrays.fill(value, (byte) 0);
        problem(
            nameStart,
            Severity.ERROR,
            "the value holds a NUL byte",
            "no environment variable can hold one; remove it, or keep the value as a file");
        return Reading.ERROR;
      }
    }
    return Reading.of(SecretValue.owning(name(nameStart, nameEnd), value));
  }

  void problem(int offset, Severity severity, String what, String mend) {
    if (severity == Severity.ERROR) {
      // What follows may be the inside of a value that could not be read: no comment is one.
      commentsAreSafe = false;
      comment.setLength(0);
    }
    int start = Math.min(offset, bytes.length);
    while (start > 0 && bytes[start - 1] != '\n' && offset - start < 10_000) {
      start--;
    }
    problem(line(offset), offset - start + 1, severity, what, mend);
  }

  /** Keeps the first ones, and the first error in any case. */
  void problem(int line, int column, Severity severity, String what, String mend) {
    boolean firstError = severity == Severity.ERROR && !anyError;
    anyError |= severity == Severity.ERROR;
    if (problems.size() < MAX_PROBLEMS || firstError) {
      problems.add(new Problem(line, column, severity, what, mend));
    }
  }

  /** A comment line, from its {@code #}. */
  void comment(int from, int to) {
    if (commentsAreSafe) {
      int start = from + 1;
      int end = Bytes.trimmedEnd(bytes, start, to);
      start = Math.min(end, Bytes.skipBlanks(bytes, start));
      if (!comment.isEmpty()) {
        comment.append('\n');
      }
      comment.append(new String(bytes, start, end - start, StandardCharsets.UTF_8));
    }
  }

  /** A line that separates comments from what follows. */
  void gap() {
    comment.setLength(0);
  }

  private String takeComment() {
    if (comment.isEmpty()) {
      return "";
    }
    String text = comment.toString();
    comment.setLength(0);
    return text;
  }

  private String name(int from, int to) {
    int end = Math.min(to, from + SecretName.MAX_LENGTH + 1);
    return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
  }
}
