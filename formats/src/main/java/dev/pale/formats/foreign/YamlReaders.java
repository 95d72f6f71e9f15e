package dev.pale.formats.foreign;

import dev.pale.formats.text.StrictText;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * {@code secrets.yml} of summon and {@code doppler.yaml}. Read as a tree of nodes: no object is
 * made from a tag.
 */
final class YamlReaders {
  private YamlReaders() {}

  /** {@code setup: [{project, config, path}]}, or the same without a list. */
  static ForeignFile doppler(byte[] bytes, String source) {
    ForeignFile file = new ForeignFile(ForeignKind.DOPPLER);
    Node setup =
        root(bytes, source)
            .flatMap(map -> member(map, "setup"))
            .orElseThrow(() -> Foreign.malformed(source, 0, "it has no setup"));
    List<Node> items = setup instanceof SequenceNode list ? list.getValue() : List.of(setup);
    for (Node item : items) {
      if (!(item instanceof MappingNode map)) {
        continue;
      }
      String project = text(map, "project");
      String config = text(map, "config");
      if (!(project + config).matches("[A-Za-z0-9_.-]{1,120}") || project.isEmpty()) {
        continue;
      }
      if (file.environment().isEmpty()) {
        file.project(project);
        file.environment(config);
      }
      file.note(
          "it names project "
              + project
              + " and no secrets: pale provider add doppler, then doppler://"
              + project
              + "/"
              + (config.isEmpty() ? "CONFIG" : config)
              + "/NAME is a reference to each");
    }
    return file;
  }

  /**
   * {@code NAME: !var path}, literals without a tag or with {@code !str}, {@code !file}; sections
   * are environments, {@code common} and {@code default} hold for all.
   */
  static ForeignFile summon(byte[] bytes, String source) {
    ForeignFile file = new ForeignFile(ForeignKind.SUMMON);
    MappingNode root =
        root(bytes, source).orElseThrow(() -> Foreign.malformed(source, 1, "it is no mapping"));
    for (NodeTuple tuple : root.getValue()) {
      String key = scalar(tuple.getKeyNode());
      if (tuple.getValueNode() instanceof MappingNode section) {
        boolean all = key.equals("common") || key.equals("default");
        for (NodeTuple inner : section.getValue()) {
          variable(file, all ? "" : key, inner);
        }
      } else if (key.equals("summon.files")) {
        file.note("its summon.files are not taken over");
      } else {
        variable(file, "", tuple);
      }
    }
    return file;
  }

  private static void variable(ForeignFile file, String environment, NodeTuple tuple) {
    Node node = tuple.getValueNode();
    int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    Optional<SecretName> name = TomlForeign.name(file, scalar(tuple.getKeyNode()), line);
    if (name.isEmpty() || !(node instanceof ScalarNode value)) {
      return;
    }
    String tag = value.getTag().getValue();
    ForeignSecret secret = new ForeignSecret(name.get(), environment, line);
    String text = value.getValue();
    if (tag.startsWith("!var")) {
      // Its provider is whatever the machine has; Pale's is one that speaks summon's protocol.
      Optional<Reference> reference = Reference.tryParse("summon://" + text);
      if (reference.isPresent() && !text.contains("$")) {
        secret.from(reference.get().text());
      } else {
        file.note("line " + line + ": " + name.get() + " has variables in it: pale set it");
      }
    } else if (tag.startsWith("!file")) {
      file.note("line " + line + ": " + name.get() + " is a file's content: pale set it");
    } else {
      secret.holding(SecretValue.owning(name.get().text(), text.getBytes(StandardCharsets.UTF_8)));
    }
    file.add(secret);
  }

  private static Optional<MappingNode> root(byte[] bytes, String source) {
    String text = StrictText.require(bytes, 671, source);
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(source)
            .setMaxAliasesForCollections(20)
            .setAllowRecursiveKeys(false)
            .setAllowDuplicateKeys(false)
            .setCodePointLimit(Foreign.MAX_BYTES)
            .build();
    try {
      Composer composer =
          new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text)));
      return composer.getSingleNode().orElse(null) instanceof MappingNode map
          ? Optional.of(map)
          : Optional.empty();
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      throw Foreign.malformed(source, line, "it is no YAML");
    } catch (YamlEngineException | StackOverflowError e) {
      throw Foreign.malformed(source, 0, "it is no YAML");
    }
  }

  private static Optional<Node> member(MappingNode map, String key) {
    for (NodeTuple tuple : map.getValue()) {
      if (scalar(tuple.getKeyNode()).equals(key)) {
        return Optional.of(tuple.getValueNode());
      }
    }
    return Optional.empty();
  }

  private static String text(MappingNode map, String key) {
    return member(map, key).map(YamlReaders::scalar).orElse("");
  }

  private static String scalar(Node node) {
    return node instanceof ScalarNode value ? value.getValue() : "";
  }
}
