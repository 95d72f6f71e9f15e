package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads YAML from the parser's events: aliases are written out, merge keys stay keys, comments are
 * found between the events by {@link YamlComments}.
 */
final class YamlReader {
  private final String text;
  private final YamlComments comments;
  private final List<YamlFrame> stack = new ArrayList<>();
  private final Map<String, YamlNode> anchors = new HashMap<>();
  private final List<SopsNode.Branch> documents = new ArrayList<>();
  private Optional<YamlNode> root = Optional.empty();
  private int nodes;
  private Mark mark = new Mark("", 0, 0, 0, new int[0], 0);

  YamlReader(String text) {
    this.text = text;
    comments = new YamlComments(text, stack);
  }

  SopsTree read() {
    LoadSettings settings =
        LoadSettings.builder()
            .setUseMarks(true)
            .setParseComments(false)
            .setCodePointLimit(SopsTree.MAX_FILE_BYTES)
            .setLabel("file")
            // The parser copies its window for each buffer that a long token needs.
            .setBufferSize(Math.clamp(text.length(), 1024, 1 << 20))
            .build();
    try {
      ParserImpl parser = new ParserImpl(settings, new StreamReader(settings, text));
      while (parser.hasNext()) {
        Event event = parser.next();
        accept(event);
      }
    } catch (MarkedYamlEngineException e) {
      Mark where = e.getProblemMark().orElse(mark);
      throw Problems.malformed(
          SopsFormat.YAML, where.getLine() + 1, where.getColumn() + 1, "the parser stops here");
    } catch (YamlEngineException e) {
      throw Problems.malformed(
          SopsFormat.YAML,
          mark.getLine() + 1,
          mark.getColumn() + 1,
          "a character that YAML does not allow, or a broken structure");
    }
    return new SopsTree(documents);
  }

  private void accept(Event event) {
    mark = event.getStartMark().orElse(mark);
    switch (event.getEventId()) {
      case StreamStart -> {}
      case DocumentStart -> {
        comments.before(event, true);
        anchors.clear();
        root = Optional.empty();
      }
      case Scalar -> {
        comments.before(event, false);
        scalar((ScalarEvent) event);
        comments.after(event);
      }
      case Alias -> {
        comments.before(event, false);
        alias((AliasEvent) event);
        comments.after(event);
      }
      case MappingStart, SequenceStart -> {
        comments.before(event, false);
        open((CollectionStartEvent) event);
      }
      case MappingEnd, SequenceEnd -> {
        comments.before(event, false);
        comments.closing(stack.getLast());
        stack.removeLast();
        comments.after(event);
      }
      case DocumentEnd -> {
        comments.before(event, true);
        finish();
      }
      case StreamEnd -> {
        comments.before(event, true);
        lateComments();
      }
      case Comment -> {}
    }
  }

  private void count() {
    if (++nodes > Problems.MAX_NODES) {
      throw Problems.tooMuch("too many values");
    }
  }

  private void place(YamlNode node, Optional<String> anchor) {
    count();
    anchor.ifPresent(name -> anchors.put(name, node));
    if (stack.isEmpty()) {
      root = Optional.of(node);
    } else if (!stack.getLast().accept(node)) {
      throw refuse("a key that is no text");
    }
    comments.placed(node);
  }

  private void open(CollectionStartEvent event) {
    if (stack.size() >= Problems.MAX_DEPTH) {
      throw refuse("nested too deep");
    }
    boolean map = event instanceof MappingStartEvent;
    YamlFrame frame = new YamlFrame(map, event.isFlow(), mark.getColumn());
    place(frame, anchor(event));
    stack.add(frame);
    comments.opened(event);
  }

  private static Optional<String> anchor(NodeEvent event) {
    return event.getAnchor().map(Object::toString);
  }

  private void scalar(ScalarEvent event) {
    if (!stack.isEmpty() && stack.getLast().wantsKey()) {
      key(event);
      return;
    }
    YamlScalars.Resolved resolved =
        YamlScalars.resolve(tag(event), event.getValue(), event.isPlain());
    SopsNode.Leaf leaf = resolved.leaf().orElseThrow(() -> refuse(resolved.problem()));
    place(new YamlNode.Scalar(leaf), anchor(event));
    if (event.isLiteral() || event.isFolded()) {
      comments.header(event);
    }
  }

  private static String tag(ScalarEvent event) {
    String tag = event.getTag().orElse("");
    return tag.equals("!") ? "tag:yaml.org,2002:str" : tag;
  }

  private void key(ScalarEvent event) {
    count();
    String tag = tag(event);
    boolean merge = tag.endsWith(":merge");
    YamlScalars.Resolved resolved =
        YamlScalars.resolve(merge ? "" : tag, event.getValue(), event.isPlain());
    if (resolved.leaf().isEmpty() || resolved.leaf().get().type() != SopsNode.Type.STR) {
      throw refuse("a key that is no text; put it in quotes");
    }
    // sops looks for duplicates in the first document only.
    if (!stack.getLast().key(event.getValue(), documents.isEmpty())) {
      throw refuse("a key occurs twice in the same map");
    }
    anchor(event)
        .ifPresent(
            name -> anchors.put(name, new YamlNode.Scalar(SopsNode.Leaf.text(event.getValue()))));
  }

  private void alias(AliasEvent event) {
    String name = event.getAnchor().map(Object::toString).orElse("");
    YamlNode target = anchors.get(name);
    if (target == null) {
      throw Problems.malformed(
          SopsFormat.YAML, mark.getLine() + 1, mark.getColumn() + 1, "an alias without an anchor");
    }
    for (YamlFrame open : stack) {
      if (open == target) {
        throw refuse("an anchor that holds itself");
      }
    }
    if (!stack.isEmpty() && stack.getLast().wantsKey()) {
      throw refuse("an alias as a key");
    }
    place(target instanceof YamlFrame frame ? new YamlNode.Alias(frame) : target, Optional.empty());
  }

  private void finish() {
    List<SopsNode.Entry> tail = comments.atDocumentEnd();
    YamlNode top = root.orElseThrow(() -> Problems.unsupported(1, 1, "a document without content"));
    List<SopsNode.Entry> entries = new ArrayList<>();
    if (top instanceof YamlNode.Scalar scalar) {
      if (scalar.leaf().type() != SopsNode.Type.NULL) {
        throw refuse("a document that is a single value");
      }
    } else {
      if (!(new Expansion().node(top, 0) instanceof SopsNode.Branch branch)) {
        throw refuse("a document that is a list");
      }
      entries.addAll(branch.entries());
    }
    entries.addAll(tail);
    documents.add(new SopsNode.Branch(entries));
  }

  /** Comments behind the last document's end mark, or in a file of comments alone. */
  private void lateComments() {
    List<SopsNode.Entry> tail = comments.atDocumentEnd();
    if (tail.isEmpty()) {
      return;
    }
    List<SopsNode.Entry> entries = new ArrayList<>();
    if (!documents.isEmpty()) {
      entries.addAll(documents.removeLast().entries());
    }
    entries.addAll(tail);
    documents.add(new SopsNode.Branch(entries));
  }

  private PaleException refuse(String why) {
    return Problems.unsupported(mark.getLine() + 1, mark.getColumn() + 1, why);
  }

  /** Writes aliases out, with a bound: a few lines can stand for billions of values. */
  private static final class Expansion {
    private int made;

    SopsNode node(YamlNode node, int depth) {
      if (++made > Problems.MAX_NODES) {
        throw Problems.tooMuch("too many values, written out from its aliases");
      }
      if (depth > Problems.MAX_DEPTH) {
        throw Problems.tooMuch("nested too deep");
      }
      return switch (node) {
        case YamlNode.Scalar scalar -> scalar.leaf();
        case YamlNode.Alias alias -> node(alias.target(), depth);
        case YamlFrame frame -> frame.isMap() ? branch(frame, depth) : list(frame, depth);
      };
    }

    private SopsNode.Branch branch(YamlFrame frame, int depth) {
      List<SopsNode.Entry> entries = new ArrayList<>();
      for (YamlFrame.Slot slot : frame.slots()) {
        entries.add(
            slot.isComment()
                ? SopsNode.Entry.comment(((YamlNode.Scalar) slot.value()).leaf())
                : SopsNode.Entry.of(slot.key(), node(slot.value(), depth + 1)));
      }
      made += entries.size();
      return new SopsNode.Branch(entries);
    }

    private SopsNode.Sequence list(YamlFrame frame, int depth) {
      List<SopsNode> items = new ArrayList<>();
      for (YamlFrame.Slot slot : frame.slots()) {
        items.add(node(slot.value(), depth + 1));
      }
      return new SopsNode.Sequence(items);
    }
  }
}
