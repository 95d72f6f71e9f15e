package dev.pale.gateway.policy;

import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which paths a rule is for: {@code /repos/acme/**}.
 *
 * <ul>
 *   <li>{@code *} alone is one segment that is not empty; inside a segment it is any characters of
 *       it, or none: {@code /models/gpt-*}
 *   <li>{@code **} alone is any number of segments, or none: {@code /repos/**} is for {@code
 *       /repos} too
 *   <li>{@code %2f} is a slash that the client sent encoded and that is no border of segments:
 *       {@code /@acme%2f*}. Other percent-encodings are decoded; letters outside of ASCII stand for
 *       their UTF-8 bytes
 *   <li>one slash at the end makes no difference
 * </ul>
 *
 * <p>No query: patterns are for paths. Immutable, so thread-safe; equal when the texts are.
 */
public final class PathPattern {
  private static final String ANY_SEGMENTS = "**";

  private final String text;

  /** Decoded; {@link #ANY_SEGMENTS} by identity. */
  private final String[] segments;

  private final boolean matchesAll;

  private PathPattern(String text, String[] segments) {
    this.text = text;
    this.segments = segments;
    matchesAll = segments.length == 1 && isAnySegments(segments[0]);
  }

  /**
   * Reads a pattern as users write it.
   *
   * @throws PaleException 710 when it is none: it does not start with a slash, holds a query, a dot
   *     segment, an empty segment, a control character or {@code **} inside a segment
   */
  public static PathPattern parse(String text) {
    if (!text.startsWith("/")) {
      throw bad("it does not start with a slash");
    }
    String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    if (bytes.indexOf('?') >= 0 || bytes.indexOf('#') >= 0) {
      throw bad("a query or fragment is no part of a path");
    }
    String decoded;
    try {
      decoded = PathReadings.decode(bytes, false);
    } catch (Refusal refusal) {
      throw bad(refusal.reason());
    }
    String path =
        decoded.length() > 1 && decoded.endsWith("/")
            ? decoded.substring(0, decoded.length() - 1)
            : decoded;
    List<String> segments = new ArrayList<>();
    int from = 1;
    while (from < path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      segments.add(segment(path.substring(from, to)));
      from = to + 1;
    }
    return new PathPattern(text, segments.toArray(new String[0]));
  }

  private static String segment(String segment) {
    if (segment.equals(ANY_SEGMENTS)) {
      return ANY_SEGMENTS;
    }
    if (segment.isEmpty()) {
      throw bad("a segment is empty");
    }
    if (segment.indexOf(ANY_SEGMENTS) >= 0) {
      throw bad("** stands for whole segments only");
    }
    if (PathReadings.isDots(segment, 0, segment.length())) {
      throw bad("a segment of dots never comes through");
    }
    return segment;
  }

  /**
   * Whether a path is meant in every reading that a server could have of it.
   *
   * @param path as it is sent, without a query
   * @throws Refusal 400 {@code ambiguous-path} for a path that no rule ever gets to see
   */
  public boolean matches(String path) {
    for (String reading : PathReadings.of(path)) {
      if (!matchesReading(reading, false)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether one reading is meant.
   *
   * @param reading from {@link PathReadings}
   * @param anyCase whether letters match in both cases
   */
  boolean matchesReading(String reading, boolean anyCase) {
    if (matchesAll) {
      return true;
    }
    int end = reading.length();
    if (end > 1 && reading.charAt(end - 1) == '/') {
      end--;
    }
    int segment = 0;
    int at = 1;
    int resumeSegment = -1;
    int resumeAt = -1;
    while (at < end || (at == end && end > 1 && reading.charAt(end - 1) == '/')) {
      if (segment < segments.length && isAnySegments(segments[segment])) {
        if (segment == segments.length - 1) {
          return true;
        }
        resumeSegment = ++segment;
        resumeAt = at;
        continue;
      }
      int to = segmentEnd(reading, at, end);
      if (segment < segments.length && glob(segments[segment], reading, at, to, anyCase)) {
        segment++;
        at = to + 1;
      } else if (resumeSegment >= 0) {
        resumeAt = segmentEnd(reading, resumeAt, end) + 1;
        at = resumeAt;
        segment = resumeSegment;
      } else {
        return false;
      }
    }
    while (segment < segments.length && isAnySegments(segments[segment])) {
      segment++;
    }
    return segment == segments.length;
  }

  @SuppressWarnings("ReferenceEquality") // parse() puts this very object there
  private static boolean isAnySegments(String segment) {
    return segment == ANY_SEGMENTS;
  }

  private static int segmentEnd(String reading, int from, int end) {
    int slash = reading.indexOf('/', from);
    return slash < 0 || slash > end ? end : slash;
  }

  private static boolean glob(String glob, String text, int from, int to, boolean anyCase) {
    if (glob.length() == 1 && glob.charAt(0) == '*') {
      return to > from;
    }
    int inGlob = 0;
    int at = from;
    int resumeInGlob = -1;
    int resumeAt = -1;
    while (at < to) {
      if (inGlob < glob.length() && glob.charAt(inGlob) == '*') {
        resumeInGlob = ++inGlob;
        resumeAt = at;
      } else if (inGlob < glob.length() && same(glob.charAt(inGlob), text.charAt(at), anyCase)) {
        inGlob++;
        at++;
      } else if (resumeInGlob >= 0) {
        inGlob = resumeInGlob;
        at = ++resumeAt;
      } else {
        return false;
      }
    }
    while (inGlob < glob.length() && glob.charAt(inGlob) == '*') {
      inGlob++;
    }
    return inGlob == glob.length();
  }

  private static boolean same(char a, char b, boolean anyCase) {
    return a == b || (anyCase && lower(a) == lower(b));
  }

  private static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
  }

  private static PaleException bad(String why) {
    return PaleException.of(
        710,
        "not a pattern of paths",
        why,
        "write it as /repos/acme/**: * is one segment, ** any number of them");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PathPattern pattern && pattern.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
