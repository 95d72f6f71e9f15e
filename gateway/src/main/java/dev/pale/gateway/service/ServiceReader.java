package dev.pale.gateway.service;

import dev.pale.formats.toml.TomlTable;
import dev.pale.formats.toml.TomlValue;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.policy.Action;
import dev.pale.gateway.policy.PathPattern;
import dev.pale.gateway.policy.Rule;
import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads one service's file, strictly: a key that is not known is an error with its line. */
final class ServiceReader {
  private static final Set<String> KEYS =
      Set.of(
          "title",
          "extends",
          "hosts",
          "slots",
          "shape",
          "names",
          "when_absent",
          "with",
          "presets",
          "note",
          "source");
  private static final Set<String> RULE_KEYS =
      Set.of(
          "name",
          "action",
          "hosts",
          "methods",
          "paths",
          "max_body_bytes",
          "requests_per_minute",
          "session_requests");

  private final String id;
  private final TomlTable table;

  /** What errors call the file. */
  private final String source;

  /** What keys that are not given are taken from; null for nothing. */
  private final @Nullable ServiceReader base;

  ServiceReader(String id, TomlTable table, String source, @Nullable ServiceReader base) {
    this.id = id;
    this.table = table;
    this.source = source;
    this.base = base;
    for (String key : table.keys()) {
      if (!KEYS.contains(key)) {
        throw error(721, value(table, key), "there is no key " + key, "one of " + sorted(KEYS));
      }
    }
  }

  /** The service that a file extends; empty when it stands alone. */
  static String extended(TomlTable table, String source) {
    return table
        .get("extends")
        .map(value -> {
          if (value instanceof TomlValue.Text text) {
            return text.text();
          }
          throw error(source, 720, value, "extends is not a string", "name a service");
        })
        .orElse("");
  }

  /** The service, with these hosts instead of its own when there are some. */
  Service read(List<HostPattern> hosts) {
    List<HostPattern> own = hosts.isEmpty() ? list("hosts", HostPattern::parse) : hosts;
    List<Slot> slots = list("slots", SlotText::parse);
    if (slots.isEmpty()) {
      throw error(720, table, "it has no slots", "add slots = [\"scheme:Bearer\"]");
    }
    TreeMap<String, List<Rule>> presets = new TreeMap<>();
    if (!own.isEmpty()) {
      presets(own, presets);
    }
    return new Service(
        id,
        text("title", id),
        own,
        slots,
        text("shape", ""),
        list("names", name -> name),
        truth("when_absent"),
        presets,
        text("note", ""));
  }

  /** The services that a secret of this one is good for as well. */
  List<String> with() {
    return list("with", id -> id);
  }

  List<String> names() {
    return list("names", name -> name);
  }

  private void presets(List<HostPattern> hosts, Map<String, List<Rule>> into) {
    if (base != null) {
      base.presets(hosts, into);
    }
    TomlValue found = table.get("presets").orElse(null);
    if (found == null) {
      return;
    }
    if (!(found instanceof TomlTable named)) {
      throw error(720, found, "presets is not a table", "write [[presets.read-only]]");
    }
    for (String preset : named.keys()) {
      if (!(value(named, preset) instanceof TomlValue.Array rules)) {
        throw error(
            720,
            value(named, preset),
            "a preset is a list of rules",
            "write [[presets." + preset + "]]");
      }
      List<Rule> read = new ArrayList<>();
      for (TomlValue each : rules.items()) {
        if (!(each instanceof TomlTable rule)) {
          throw error(720, each, "a rule is a table", "write [[presets." + preset + "]]");
        }
        read.add(rule(rule, preset, hosts));
      }
      into.put(preset, List.copyOf(read));
    }
  }

  private Rule rule(TomlTable rule, String preset, List<HostPattern> hosts) {
    for (String key : rule.keys()) {
      if (!RULE_KEYS.contains(key)) {
        throw error(
            721, value(rule, key), "a rule has no key " + key, "one of " + sorted(RULE_KEYS));
      }
    }
    List<HostPattern> own = list(rule, "hosts", HostPattern::parse);
    try {
      return new Rule(
          text(rule, "name", id + ":" + preset),
          action(rule),
          own.isEmpty() ? hosts : own,
          list(rule, "methods", method -> method),
          list(rule, "paths", PathPattern::parse),
          number(rule, "max_body_bytes"),
          (int) Math.max(-1, Math.min(Integer.MAX_VALUE, number(rule, "requests_per_minute"))),
          number(rule, "session_requests"));
    } catch (PaleException e) {
      throw e.code() >= 720 ? e : error(720, rule, e.what() + ": " + e.why(), e.mend());
    }
  }

  private Action action(TomlTable rule) {
    return switch (text(rule, "action", "")) {
      case "allow" -> Action.ALLOW;
      case "deny" -> Action.DENY;
      case "approve" -> Action.APPROVE;
      default ->
          throw error(
              720, rule, "a rule has no action", "action = \"allow\", \"deny\" or \"approve\"");
    };
  }

  private long number(TomlTable rule, String key) {
    TomlValue found = rule.get(key).orElse(null);
    if (found == null) {
      return -1;
    }
    if (found instanceof TomlValue.Whole whole && whole.number() >= 0) {
      return whole.number();
    }
    throw error(720, found, key + " is not a number from 0 on", "leave it out for no limit");
  }

  private boolean truth(String key) {
    TomlValue found = table.get(key).orElse(null);
    if (found == null) {
      return base != null && base.truth(key);
    }
    if (found instanceof TomlValue.Truth truth) {
      return truth.value();
    }
    throw error(720, found, key + " is not true or false", "write it without quotes");
  }

  private String text(String key, String otherwise) {
    if (table.get(key).isEmpty() && base != null) {
      return base.text(key, otherwise);
    }
    return text(table, key, otherwise);
  }

  private String text(TomlTable from, String key, String otherwise) {
    TomlValue found = from.get(key).orElse(null);
    if (found == null) {
      return otherwise;
    }
    if (found instanceof TomlValue.Text text) {
      return text.text();
    }
    throw error(720, found, key + " is not a string", "write it in quotes");
  }

  private <T> List<T> list(String key, Function<String, T> read) {
    if (table.get(key).isEmpty() && base != null) {
      return base.list(key, read);
    }
    return list(table, key, read);
  }

  private <T> List<T> list(TomlTable from, String key, Function<String, T> read) {
    TomlValue found = from.get(key).orElse(null);
    if (found == null) {
      return List.of();
    }
    if (!(found instanceof TomlValue.Array array)) {
      throw error(720, found, key + " is not a list", "write " + key + " = [\"…\"]");
    }
    List<T> result = new ArrayList<>();
    for (TomlValue each : array.items()) {
      if (!(each instanceof TomlValue.Text text)) {
        throw error(720, each, key + " has something else than strings", "write them in quotes");
      }
      try {
        result.add(read.apply(text.text()));
      } catch (PaleException e) {
        throw error(e.code() == 722 ? 722 : 720, each, e.what() + ": " + e.why(), e.mend());
      }
    }
    return List.copyOf(result);
  }

  private static TomlValue value(TomlTable from, String key) {
    return from.get(key).orElse(from);
  }

  private static String sorted(Set<String> keys) {
    return String.join(", ", new java.util.TreeSet<>(keys));
  }

  private PaleException error(int code, TomlValue at, String why, String mend) {
    return error(source, code, at, why, mend);
  }

  static PaleException error(String source, int code, TomlValue at, String why, String mend) {
    return PaleException.of(
        code,
        "the service file cannot be used: " + source,
        "line " + at.line() + ", column " + at.column() + ": " + why,
        mend);
  }
}
