package dev.pale.sops;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Metadata in a format that has no nesting: {@code age__list_0__map_enc}. Line ends stand as the
 * two characters backslash and n.
 */
final class FlatMetadata {
  private static final String MAP = "__map_";
  private static final String LIST = "__list_";
  private static final int MAX_INDEX = 10_000;

  private FlatMetadata() {}

  /** Flat keys and values, sorted. */
  static Map<String, String> flatten(SopsNode.Branch branch) {
    TreeMap<String, String> flat = new TreeMap<>();
    for (SopsNode.Entry entry : branch.entries()) {
      flatten(flat, entry.key(), entry.value());
    }
    return flat;
  }

  private static void flatten(Map<String, String> flat, String key, SopsNode node) {
    switch (node) {
      case SopsNode.Branch branch ->
          branch.entries().forEach(entry -> flatten(flat, key + MAP + entry.key(), entry.value()));
      case SopsNode.Sequence list -> {
        for (int i = 0; i < list.items().size(); i++) {
          flatten(flat, key + LIST + i, list.items().get(i));
        }
      }
      case SopsNode.Leaf leaf -> flat.put(key, PlainText.of(leaf).replace("\n", "\\n"));
    }
  }

  /** A map or list while it is put together. */
  private static final class Bunch {
    private final boolean list;
    private final Map<String, Bunch> inner = new LinkedHashMap<>();
    private String text = "";
    private boolean leaf;

    private Bunch(boolean list) {
      this.list = list;
    }

    private SopsNode node() {
      if (leaf) {
        return SopsNode.Leaf.text(text);
      }
      if (!list) {
        List<SopsNode.Entry> entries = new ArrayList<>();
        inner.forEach((key, bunch) -> entries.add(SopsNode.Entry.of(key, bunch.node())));
        return new SopsNode.Branch(entries);
      }
      return new SopsNode.Sequence(
          inner.entrySet().stream()
              .sorted(Comparator.comparingInt(entry -> Integer.parseInt(entry.getKey())))
              .map(entry -> entry.getValue().node())
              .toList());
    }
  }

  static SopsNode.Branch unflatten(Map<String, String> flat) {
    Bunch top = new Bunch(false);
    new TreeMap<>(flat).forEach((key, value) -> put(top, key, value.replace("\\n", "\n")));
    return (SopsNode.Branch) top.node();
  }

  private static void put(Bunch top, String key, String value) {
    List<Step> steps = steps(key);
    Bunch at = top;
    for (int i = 0; i < steps.size(); i++) {
      boolean last = i == steps.size() - 1;
      boolean wantList = !last && steps.get(i + 1).index();
      at = at.inner.computeIfAbsent(steps.get(i).name(), k -> new Bunch(wantList));
      if (!last && (at.leaf || at.list != wantList)) {
        throw Problems.badMetadata("its flat keys contradict each other");
      }
    }
    at.text = value;
    at.leaf = true;
  }

  private record Step(boolean index, String name) {}

  private static List<Step> steps(String key) {
    List<Step> steps = new ArrayList<>();
    int at = 0;
    boolean list = false;
    while (true) {
      int map = key.indexOf(MAP, at);
      int element = key.indexOf(LIST, at);
      int end = map < 0 ? element : element < 0 ? map : Math.min(map, element);
      String part = end < 0 ? key.substring(at) : key.substring(at, end);
      if (list) {
        if (!part.matches("[0-9]{1,5}") || Integer.parseInt(part) > MAX_INDEX) {
          throw Problems.badMetadata("a flat key has a wrong index");
        }
        steps.add(new Step(true, Integer.toString(Integer.parseInt(part))));
      } else {
        steps.add(new Step(false, part));
      }
      if (steps.size() > 10) {
        throw Problems.badMetadata("a flat key is nested too deep");
      }
      if (end < 0) {
        return steps;
      }
      list = end == element;
      at = end + (list ? LIST.length() : MAP.length());
    }
  }
}
