package dev.pale.formats.dotenv;

import dev.pale.formats.dotenv.Problem.Severity;
import java.util.Arrays;

/**
 * {@code docker run --env-file}: a line is a name, {@code =} and the rest as it is.
 *
 * <p>Source: observed with, and documented for, the docker command line 28 (package kvfile).
 */
final class DockerReader {
  /** The scanner's buffer: a longer line is an error for the whole file. */
  static final int MAX_LINE_BYTES = 65_535;

  private DockerReader() {}

  static Readings read(byte[] in) {
    Readings out = new Readings(in);
    int i = Bytes.start(in);
    while (i < in.length) {
      int end = Bytes.lineFeed(in, i);
      line(in, out, i, end);
      i = end + 1;
    }
    return out;
  }

  private static void line(byte[] in, Readings out, int start, int lineFeed) {
    int end = lineFeed > start && in[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
    int i = start;
    for (int space = Bytes.unicodeSpace(in, i); i < end && space > 0; ) {
      i += space;
      space = Bytes.unicodeSpace(in, i);
    }
    if (i >= end) {
      out.gap();
      return;
    }
    if (in[i] == '#') {
      out.comment(i, end);
      return;
    }
    int sign = i;
    while (sign < end && in[sign] != '=') {
      sign++;
    }
    boolean bad = sign == i || !Bytes.isUtf8(in, start, end) || lineFeed - start > MAX_LINE_BYTES;
    for (int k = i; k < sign; k++) {
      bad |= Bytes.unicodeSpace(in, k) > 0;
    }
    if (bad) {
      out.problem(i, Severity.ERROR, "docker refuses this line", "write NAME=value in UTF-8");
      if (sign < end) {
        nameOfBadLine(in, out, i, sign);
      }
    } else if (sign == end) {
      out.problem(i, Severity.WARNING, "docker takes this value from its own environment", "");
      if (isName(in, i, end)) {
        out.assign(i, end, end, Reading.EXPANDS);
      }
    } else {
      out.assign(i, sign, end, out.value(i, sign, Arrays.copyOfRange(in, sign + 1, end)));
    }
  }

  /** So that {@code export A=b} and {@code A = b} can be compared with what the others read. */
  private static void nameOfBadLine(byte[] in, Readings out, int from, int sign) {
    int start = from;
    if (Bytes.startsWith(in, start, "export") && Bytes.isBlank(Bytes.at(in, start + 6))) {
      start = Bytes.skipBlanks(in, start + 6);
    }
    int end = sign;
    while (end > start && Bytes.isBlank(in[end - 1])) {
      end--;
    }
    if (isName(in, start, end)) {
      out.assign(start, end, sign, Reading.ERROR);
    }
  }

  private static boolean isName(byte[] in, int from, int to) {
    boolean name = to > from && Bytes.isNameStart(in[from]);
    for (int i = from; i < to; i++) {
      name &= Bytes.isNamePart(in[i]);
    }
    return name;
  }
}
