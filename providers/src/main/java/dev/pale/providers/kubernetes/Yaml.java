package dev.pale.providers.kubernetes;

import dev.pale.providers.bearer.CredentialFile;
import dev.pale.providers.bearer.Values;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads YAML as data: no classes, no duplicate keys, no anchors or aliases (a kubeconfig needs
 * none), bounded in size and depth.
 */
final class Yaml {
  private static final int MOST_DEPTH = 32;
  private static final int MOST_CHARACTERS = 1 << 20;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setAllowDuplicateKeys(false)
          .setAllowRecursiveKeys(false)
          .setMaxAliasesForCollections(0)
          .setCodePointLimit(MOST_CHARACTERS)
          .build();

  private Yaml() {}

  /**
   * The one document, which is a mapping.
   *
   * @param what names the file in the error 632, which holds nothing of its content
   */
  static Map<?, ?> mapping(byte[] bytes, String what) {
    String text = Values.text(bytes).orElse("");
    if (text.isEmpty() || text.length() > MOST_CHARACTERS) {
      throw CredentialFile.refused(what, "it is empty, too large, or not UTF-8");
    }
    try {
      // The parser does not recurse, what builds the tree does: depth is looked at first.
      requireFlat(text, what);
      if (new Load(SETTINGS).loadFromString(text) instanceof Map<?, ?> mapping) {
        return mapping;
      }
    } catch (YamlEngineException e) {
      throw CredentialFile.refused(what, "it is no YAML, or holds more than one document");
    }
    throw CredentialFile.refused(what, "it is no mapping");
  }

  private static void requireFlat(String text, String what) {
    int depth = 0;
    ParserImpl events = new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text));
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof CollectionStartEvent && ++depth > MOST_DEPTH) {
        throw CredentialFile.refused(what, "it has more than " + MOST_DEPTH + " levels");
      }
      if (event instanceof CollectionEndEvent) {
        depth--;
      }
      if (event instanceof AliasEvent
          || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
        throw CredentialFile.refused(what, "it has anchors or aliases");
      }
    }
  }

  /** A text; empty when it is not there or something else. */
  static String text(Map<?, ?> mapping, String name) {
    return mapping.get(name) instanceof String text ? text : "";
  }

  /** Whether something is set, even to nothing. */
  static boolean has(Map<?, ?> mapping, String name) {
    Object value = mapping.get(name);
    return value != null && !value.equals("") && !Boolean.FALSE.equals(value);
  }

  /** A mapping inside; empty when it is none. */
  static Optional<Map<?, ?>> inside(Map<?, ?> mapping, String name) {
    return mapping.get(name) instanceof Map<?, ?> inside ? Optional.of(inside) : Optional.empty();
  }

  /** A list; of nothing when it is none. */
  static List<?> items(Map<?, ?> mapping, String name) {
    return mapping.get(name) instanceof List<?> list ? list : List.of();
  }
}
