package dev.pale.sops;

import java.util.ArrayList;
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

  static SopsNode.Branch unflatten(Map<String, String> flat) {
    TreeMap<String, Object> top = new TreeMap<>();
    new TreeMap<>(flat).forEach((key, value) -> put(top, key, value.replace("\\n", "\n")));
    return (SopsNode.Branch) node(top);
  }

  private static void put(TreeMap<String, Object> top, String key, String value) {
    List<Object> steps = steps(key);
    TreeMap<?, Object> at = top;
    for (int i = 0; i < steps.size(); i++) {
      Object step = steps.get(i);
      boolean last = i == steps.size() - 1;
      Object next = get(at, step);
      if (last) {
        set(at, step, value);
      } else {
        boolean wantList = steps.get(i + 1) instanceof Integer;
        if (next == null) {
          next = wantList ? new Elements() : new TreeMap<String, Object>();
          set(at, step, next);
        }
        if (!(next instanceof TreeMap<?, ?>) || next instanceof Elements != wantList) {
          throw Problems.badMetadata("its flat keys contradict each other");
        }
        @SuppressWarnings("unchecked")
        TreeMap<?, Object> deeper = (TreeMap<?, Object>) next;
        at = deeper;
      }
    }
  }

  /** The elements of a list by index. */
  private static final class Elements extends TreeMap<Integer, Object> {
    private static final long serialVersionUID = 1L;
  }

  @SuppressWarnings("unchecked")
  private static @org.jspecify.annotations.Nullable Object get(TreeMap<?, Object> at, Object step) {
    return at instanceof Elements
        ? ((TreeMap<Integer, Object>) at).get((Integer) step)
        : ((TreeMap<String, Object>) at).get((String) step);
  }

  @SuppressWarnings("unchecked")
  private static void set(TreeMap<?, Object> at, Object step, Object value) {
    if (at instanceof Elements) {
      ((TreeMap<Integer, Object>) at).put((Integer) step, value);
    } else {
      ((TreeMap<String, Object>) at).put((String) step, value);
    }
  }

  private static SopsNode node(Object value) {
    return switch (value) {
      case Elements list ->
          new SopsNode.Sequence(list.values().stream().map(FlatMetadata::node).toList());
      case TreeMap<?, ?> map -> {
        List<SopsNode.Entry> entries = new ArrayList<>();
        map.forEach((key, inner) -> entries.add(SopsNode.Entry.of((String) key, node(inner))));
        yield new SopsNode.Branch(entries);
      }
      default -> SopsNode.Leaf.text((String) value);
    };
  }

  private static List<Object> steps(String key) {
    List<Object> steps = new ArrayList<>();
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
        steps.add(Integer.valueOf(part));
      } else {
        steps.add(part);
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
