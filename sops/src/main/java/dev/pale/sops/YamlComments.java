package dev.pale.sops;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Finds the comments between the events of a YAML file and gives each to the map or list where
 * go-yaml v3 would have it: a comment on a line of its own goes to what follows, unless it is
 * indented otherwise or an empty line parts it from there; then it belongs to what it stands
 * behind.
 */
final class YamlComments {
  /** What stands before a comment. */
  private enum Last {
    NOTHING,
    VALUE,
    COLON,
    DASH,
    OTHER
  }

  private record Line(int line, int column, String text) {}

  private final int[] text;

  /** Where each line begins. */
  private final int[] lineStarts;

  private final List<YamlFrame> stack;

  /** For what comes next. */
  private final List<SopsNode.Leaf> pending = new ArrayList<>();

  /** What stood before a dash, for the element behind it. */
  private final List<SopsNode.Leaf> stem = new ArrayList<>();

  private int from;
  private int lastLine = -1;
  private Last last = Last.NOTHING;

  /** Where the last complete value stands, if comments on its line can still come. */
  private Optional<YamlFrame> lastHolder = Optional.empty();

  private Optional<YamlFrame> lastFlow = Optional.empty();
  private Optional<YamlFrame> justClosed = Optional.empty();

  YamlComments(String file, List<YamlFrame> stack) {
    text = file.codePoints().toArray();
    this.stack = stack;
    lineStarts =
        IntStream.concat(
                IntStream.of(0),
                IntStream.range(0, text.length).filter(i -> text[i] == '\n').map(i -> i + 1))
            .toArray();
  }

  private static int index(Optional<Mark> mark, int otherwise) {
    return mark.map(Mark::getIndex).orElse(otherwise);
  }

  /** Looks at what stands between the last event and this one. */
  void before(Event event, boolean document) {
    int until = Math.min(index(event.getStartMark(), from), text.length);
    gap(until);
    if (document) {
      from = Math.max(from, Math.min(index(event.getEndMark(), until), text.length));
      last = Last.NOTHING;
      return;
    }
    boolean child =
        event.getEventId() == Event.ID.Scalar
            || event.getEventId() == Event.ID.Alias
            || event.getEventId() == Event.ID.MappingStart
            || event.getEventId() == Event.ID.SequenceStart;
    if (child) {
      hand(event);
    }
  }

  /** Gives the waiting comments to the place where the event's node is about to stand. */
  private void hand(Event event) {
    if (stack.isEmpty()) {
      return;
    }
    YamlFrame frame = stack.getLast();
    boolean scalar = event.getEventId() == Event.ID.Scalar || event.getEventId() == Event.ID.Alias;
    if (!frame.isMap()) {
      stem.forEach(comment -> frame.comment(comment, false));
      stem.clear();
      if (scalar || frame.isFlow()) {
        flush(frame, false);
      }
    } else if (frame.wantsKey()) {
      flush(frame, false);
    } else if (scalar) {
      flush(frame, true);
    }
  }

  private void flush(YamlFrame frame, boolean beforeLast) {
    pending.forEach(comment -> frame.comment(comment, beforeLast));
    pending.clear();
  }

  void opened(Event event) {
    int start = index(event.getStartMark(), from);
    int end = index(event.getEndMark(), start);
    YamlFrame frame = stack.getLast();
    from = Math.max(from, Math.min(frame.isFlow() ? end : start, text.length));
    if (frame.isFlow()) {
      lastLine = lineOf(from - 1);
      last = Last.OTHER;
    }
    lastHolder = Optional.empty();
  }

  /** Comments before the closing bracket stay inside. */
  void closing(YamlFrame frame) {
    if (frame.isFlow()) {
      flush(frame, false);
    }
    justClosed = frame.isFlow() ? Optional.of(frame) : Optional.empty();
  }

  void placed(YamlNode node) {
    lastHolder =
        node instanceof YamlFrame || stack.isEmpty()
            ? Optional.empty()
            : Optional.of(stack.getLast());
    lastFlow = Optional.empty();
  }

  void after(Event event) {
    int end = Math.min(index(event.getEndMark(), from), text.length);
    boolean content = end > from || index(event.getStartMark(), end) < end;
    from = Math.max(from, end);
    if (justClosed.isPresent()) {
      lastFlow = justClosed;
      lastHolder = stack.isEmpty() ? Optional.empty() : Optional.of(stack.getLast());
      justClosed = Optional.empty();
    }
    if (content
        && event.getEventId() != Event.ID.MappingEnd
        && event.getEventId() != Event.ID.SequenceEnd) {
      lastLine = lastContentLine(end);
      last = Last.VALUE;
    } else if (lastFlow.isPresent()) {
      lastLine = lastContentLine(end);
      last = Last.VALUE;
    }
  }

  private int lastContentLine(int end) {
    int i = end - 1;
    while (i > 0 && Character.isWhitespace(text[i])) {
      i--;
    }
    return lineOf(i);
  }

  private int lineOf(int position) {
    int found = Arrays.binarySearch(lineStarts, Math.max(position, 0));
    return found >= 0 ? found : -found - 2;
  }

  private int columnOf(int position) {
    return position - lineStarts[lineOf(position)];
  }

  /** The comment behind the header of a block text, which the parser takes into the value. */
  void header(ScalarEvent event) {
    int i = index(event.getStartMark(), 0);
    while (i < text.length && text[i] != '\n' && text[i] != '#') {
      i++;
    }
    if (i < text.length && text[i] == '#' && !stack.isEmpty()) {
      stack.getLast().comment(leaf(i, SopsNode.Beside.YES), true);
    }
  }

  private SopsNode.Leaf leaf(int hash, SopsNode.Beside beside) {
    int end = endOfLine(hash);
    String comment = new String(text, hash + 1, end - hash - 1);
    return new SopsNode.Leaf(
        SopsNode.Type.COMMENT, comment.getBytes(StandardCharsets.UTF_8), beside);
  }

  private int endOfLine(int position) {
    int end = position;
    while (end < text.length && text[end] != '\n' && text[end] != '\r') {
      end++;
    }
    return end;
  }

  private void gap(int until) {
    List<Line> run = new ArrayList<>();
    int i = from;
    while (i < until) {
      int c = text[i];
      if (c == '#' && (i == 0 || Character.isWhitespace(text[i - 1]) || text[i - 1] == 0xFEFF)) {
        if (lineOf(i) == lastLine && last != Last.NOTHING) {
          beside(i);
        } else {
          run.add(new Line(lineOf(i), columnOf(i), comment(i)));
        }
        i = endOfLine(i);
        continue;
      }
      if (c == '%' && (i == 0 || text[i - 1] == '\n')) {
        i = endOfLine(i);
        continue;
      }
      if (c == '-' || c == ':' || c == ',' || c == '?') {
        settle(run, i);
        run.clear();
        indicator(c, i);
      }
      i++;
    }
    from = Math.max(from, until);
    settle(run, until);
  }

  private String comment(int hash) {
    return new String(text, hash + 1, endOfLine(hash) - hash - 1);
  }

  private void indicator(int sign, int position) {
    if (sign == '-') {
      stem.addAll(pending);
      pending.clear();
      last = Last.DASH;
    } else if (sign == ':') {
      last = Last.COLON;
    } else if (sign != ',') {
      last = Last.OTHER;
    }
    if (sign != ',') {
      lastHolder = Optional.empty();
      lastFlow = Optional.empty();
    }
    lastLine = lineOf(position);
  }

  /** A comment at the end of a line with content. */
  private void beside(int hash) {
    if (lastFlow.isPresent() && lastHolder.isPresent() && lastHolder.get().isMap()) {
      lastFlow.get().commentFirst(leaf(hash, SopsNode.Beside.NO));
    } else if (lastHolder.isPresent()) {
      lastHolder.get().comment(leaf(hash, SopsNode.Beside.YES), true);
    } else if (last == Last.COLON && !stack.isEmpty() && stack.getLast().isMap()) {
      stack.getLast().comment(leaf(hash, SopsNode.Beside.NO), true);
    } else if (last == Last.DASH) {
      stem.add(leaf(hash, SopsNode.Beside.NO));
    } else {
      pending.add(leaf(hash, SopsNode.Beside.NO));
    }
  }

  private static SopsNode.Leaf leaf(Line line) {
    return new SopsNode.Leaf(SopsNode.Type.COMMENT, line.text().getBytes(StandardCharsets.UTF_8));
  }

  /** The column to which the open block maps and lists reach. */
  private int reach() {
    int reach = 0;
    for (YamlFrame frame : stack) {
      if (!frame.isFlow()) {
        reach = frame.indent();
      }
    }
    return reach;
  }

  private boolean inFlow() {
    return !stack.isEmpty() && stack.getLast().isFlow();
  }

  /** Decides for a run of comment lines before the token at a position. */
  private void settle(List<Line> run, int position) {
    if (run.isEmpty()) {
      return;
    }
    if (inFlow() || last == Last.NOTHING) {
      run.forEach(line -> pending.add(leaf(line)));
      return;
    }
    boolean end = position >= text.length;
    int next = end ? -1 : columnOf(position);
    int reach = reach();
    List<Line> chunk = new ArrayList<>();
    boolean noEmptyYet = run.get(0).line() - lastLine <= 1;
    int previous = run.get(0).line();
    for (Line line : run) {
      if (!chunk.isEmpty()) {
        if (line.line() - previous > 1) {
          noEmptyYet = split(chunk, noEmptyYet, next, reach);
        }
        if (!chunk.isEmpty() && line.column() < reach && line.column() != chunk.get(0).column()) {
          behind(chunk);
        }
      }
      chunk.add(line);
      previous = line.line();
    }
    if (chunk.isEmpty()) {
      return;
    }
    if (end || lineOf(position) - previous > 1) {
      split(chunk, noEmptyYet, next, reach);
    }
    if (chunk.isEmpty()) {
      return;
    }
    if (end) {
      dedented(chunk, next);
    } else if (next < reach && next != chunk.get(0).column()) {
      behind(chunk);
    } else {
      chunk.forEach(line -> pending.add(leaf(line)));
    }
  }

  /** At the first empty line: the comments before it may belong to what they stand behind. */
  private boolean split(List<Line> chunk, boolean noEmptyYet, int next, int reach) {
    boolean outdented = chunk.get(0).column() < reach;
    boolean attached = chunk.get(0).line() == lastLine + 1 && last != Last.COLON;
    if (noEmptyYet && (attached || outdented)) {
      if (outdented) {
        dedented(chunk, next);
      } else {
        behind(chunk);
      }
    }
    return false;
  }

  /** To the end of the innermost open map or list. */
  private void behind(List<Line> chunk) {
    if (stack.isEmpty()) {
      chunk.forEach(line -> pending.add(leaf(line)));
    } else {
      chunk.forEach(line -> stack.getLast().comment(leaf(line), false));
    }
    chunk.clear();
  }

  /** To the end of the map or list that is about to close and stands at the comment's column. */
  private void dedented(List<Line> chunk, int next) {
    int column = chunk.get(0).column();
    for (YamlFrame frame : stack.reversed()) {
      if (!frame.isFlow() && frame.indent() > next && frame.indent() == column) {
        chunk.forEach(line -> frame.comment(leaf(line), false));
        chunk.clear();
        return;
      }
    }
    chunk.forEach(line -> pending.add(leaf(line)));
    chunk.clear();
  }

  /** What found no place, for the end of the document. */
  List<SopsNode.Entry> atDocumentEnd() {
    List<SopsNode.Entry> tail = new ArrayList<>();
    stem.forEach(comment -> tail.add(SopsNode.Entry.comment(comment)));
    pending.forEach(comment -> tail.add(SopsNode.Entry.comment(comment)));
    stem.clear();
    pending.clear();
    return tail;
  }
}
