package dev.pale.sops;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * The YAML of {@code .sops.yaml}: maps, lists and texts; every scalar is a text, so that no
 * fingerprint becomes a number. Anchors and {@code <<} work, tags mean nothing.
 *
 * <p>Read from the parser's events, so that depth and aliases are bounded before anything is built.
 * An alias shares what it stands for; what walks the result counts its steps.
 */
final class ConfigYaml {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NODES = 100_000;

  private static final Set<String> TOP =
      Set.of("creation_rules", "destination_rules", "stores", "keys");
  private static final Set<String> RULE =
      Set.of(
          "path_regex",
          "timeout",
          "kms",
          "aws_profile",
          "age",
          "pgp",
          "gcp_kms",
          "hckms",
          "azure_keyvault",
          "hc_vault_transit_uri",
          "key_groups",
          "shamir_threshold",
          "plugins",
          "unencrypted_suffix",
          "encrypted_suffix",
          "unencrypted_regex",
          "encrypted_regex",
          "unencrypted_comment_regex",
          "encrypted_comment_regex",
          "mac_only_encrypted");

  private final Path file;
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, Object> anchors = new LinkedHashMap<>();
  private int nodes;

  ConfigYaml(Path file) {
    this.file = file;
  }

  /** What {@link #read} found that a person should know. */
  List<String> warnings() {
    return warnings;
  }

  /** The top of the file; an empty file is an empty map. */
  Map<String, Object> read(byte[] content) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw SopsConfig.unreadable(file, "it is not UTF-8");
    }
    Map<String, Object> top;
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(SopsConfig.NAME).build();
      Object document = document(new ParserImpl(settings, new StreamReader(settings, text)));
      top =
          document instanceof String empty && empty.isEmpty()
              ? Map.of()
              : map(file, document, "it");
    } catch (YamlEngineException e) {
      // Its message quotes the file.
      throw SopsConfig.unreadable(file, "it is not YAML" + line(e));
    }
    warn(top, TOP, "");
    if (top.get("creation_rules") instanceof List<?> rules) {
      for (int i = 0; i < rules.size(); i++) {
        if (rules.get(i) instanceof Map<?, ?> rule) {
          warn(rule, RULE, "creation rule " + (i + 1) + ": ");
        }
      }
    }
    return top;
  }

  private static String line(YamlEngineException e) {
    return e instanceof org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException marked
        ? marked.getProblemMark().map(mark -> " in line " + (mark.getLine() + 1)).orElse("")
        : "";
  }

  private void warn(Map<?, ?> map, Set<String> known, String where) {
    Set<String> unknown = new TreeSet<>();
    for (Object key : map.keySet()) {
      if (!known.contains(String.valueOf(key))) {
        unknown.add(String.valueOf(key));
      }
    }
    if (!unknown.isEmpty()) {
      warnings.add(file + ": " + where + "not known: " + String.join(", ", unknown));
    }
  }

  /** The first document; what follows is not read, as with sops. */
  private Object document(java.util.Iterator<Event> events) {
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof NodeEvent) {
        return node(event, events, 0);
      }
    }
    return "";
  }

  private Object node(Event event, java.util.Iterator<Event> events, int depth) {
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
      throw SopsConfig.unreadable(file, "it is nested too deep, or has too many entries");
    }
    return switch (event) {
      case AliasEvent alias -> {
        Object known = anchors.get(alias.getAlias().getValue());
        if (known == null) {
          throw SopsConfig.unreadable(file, "an alias stands for nothing, or for itself");
        }
        yield known;
      }
      case ScalarEvent scalar -> {
        String value =
            scalar.isPlain() && (scalar.getValue().equals("null") || scalar.getValue().equals("~"))
                ? ""
                : scalar.getValue();
        anchor(scalar, value);
        yield value;
      }
      case SequenceStartEvent start -> {
        List<Object> list = new ArrayList<>();
        for (Event next = events.next();
            next.getEventId() != Event.ID.SequenceEnd;
            next = events.next()) {
          list.add(node(next, events, depth + 1));
        }
        anchor(start, list);
        yield list;
      }
      case MappingStartEvent start -> {
        Map<String, Object> map = mapping(events, depth);
        anchor(start, map);
        yield map;
      }
      default -> throw SopsConfig.unreadable(file, "it is not YAML");
    };
  }

  private void anchor(NodeEvent event, Object value) {
    event.getAnchor().ifPresent(name -> anchors.put(name.getValue(), value));
  }

  private Map<String, Object> mapping(java.util.Iterator<Event> events, int depth) {
    Map<String, Object> map = new LinkedHashMap<>();
    List<Object> merged = new ArrayList<>();
    for (Event next = events.next();
        next.getEventId() != Event.ID.MappingEnd;
        next = events.next()) {
      if (!(node(next, events, depth + 1) instanceof String key)) {
        throw SopsConfig.unreadable(file, "a key is not a text");
      }
      Object value = node(events.next(), events, depth + 1);
      if (key.equals("<<")) {
        merged.add(value);
      } else if (map.put(key, value) != null) {
        throw SopsConfig.unreadable(file, "a key stands twice in one map: " + key);
      }
    }
    for (Object each : merged) {
      for (Object one : each instanceof List<?> list ? list : List.of(each)) {
        map(file, one, "<<").forEach(map::putIfAbsent);
      }
    }
    return map;
  }

  /** A map, or an error that says where one is due. */
  @SuppressWarnings("unchecked") // This class makes no other maps than of this type.
  static Map<String, Object> map(Path file, Object value, String where) {
    if (value instanceof Map) {
      return (Map<String, Object>) value;
    }
    throw SopsConfig.unreadable(file, where + " is not a map");
  }

  /** A list of a map; empty when it is absent. */
  static List<Object> list(Path file, Map<String, Object> map, String key) {
    Object value = map.getOrDefault(key, "");
    if (value instanceof List<?> list) {
      return List.copyOf(list);
    }
    if (value.equals("")) {
      return List.of();
    }
    throw SopsConfig.unreadable(file, key + " is not a list");
  }

  /** A text of a map; empty when it is absent. */
  static String text(Path file, Map<String, Object> map, String key) {
    Object value = map.getOrDefault(key, "");
    if (value instanceof String text) {
      return text;
    }
    throw SopsConfig.unreadable(file, key + " is not a text");
  }
}
