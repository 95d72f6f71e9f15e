package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads a creation rule of {@code .sops.yaml}. */
final class ConfigKeys {
  private static final int MAX_STEPS = 10_000;

  private final Path file;
  private final Map<String, String> context;
  private final Instant now;
  private int steps;

  ConfigKeys(Path file, Map<String, String> context, Instant now) {
    this.file = file;
    this.context = context;
    this.now = now;
  }

  CreationRule rule(Map<String, Object> rule, String where) {
    if (rule.containsKey("plugins")) {
      throw SopsConfig.unreadable(
          file, where + ": key plugins are programs, which a repository's file cannot run");
    }
    List<List<MasterKey>> groups = new ArrayList<>();
    List<Object> listed = ConfigYaml.list(file, rule, "key_groups");
    if (listed.isEmpty()) {
      List<MasterKey> group = simple(rule);
      if (!group.isEmpty()) {
        groups.add(group);
      }
    } else {
      for (Object each : listed) {
        List<MasterKey> group = new ArrayList<>();
        group(ConfigYaml.map(file, each, where + ": a key group"), where, group);
        groups.add(unique(group));
      }
    }
    return new CreationRule(
        groups, threshold(rule, where), selector(rule, where), flag(rule, "mac_only_encrypted"));
  }

  private List<MasterKey> simple(Map<String, Object> rule) {
    List<MasterKey> group = new ArrayList<>();
    group.addAll(MasterKeys.age(texts(rule, "age")));
    group.addAll(MasterKeys.pgp(texts(rule, "pgp"), now));
    String profile = ConfigYaml.text(file, rule, "aws_profile");
    group.addAll(MasterKeys.kms(texts(rule, "kms"), context, profile, now));
    group.addAll(MasterKeys.gcpKms(texts(rule, "gcp_kms"), now));
    group.addAll(MasterKeys.huawei(texts(rule, "hckms"), now));
    group.addAll(MasterKeys.azure(texts(rule, "azure_keyvault"), now));
    group.addAll(MasterKeys.vault(texts(rule, "hc_vault_transit_uri"), now));
    return unique(group);
  }

  /** A text with commas, or a list of texts. */
  private String texts(Map<String, Object> map, String key) {
    if (!(map.get(key) instanceof List<?> list)) {
      return ConfigYaml.text(file, map, key);
    }
    List<String> texts = new ArrayList<>();
    for (Object each : list) {
      count();
      if (!(each instanceof String text)) {
        throw SopsConfig.unreadable(file, key + " holds something else than texts");
      }
      texts.add(text);
    }
    return String.join(",", texts);
  }

  private void group(Map<String, Object> group, String where, List<MasterKey> keys) {
    if (group.containsKey("plugins")) {
      throw SopsConfig.unreadable(
          file, where + ": key plugins are programs, which a repository's file cannot run");
    }
    for (Object merged : ConfigYaml.list(file, group, "merge")) {
      count();
      group(ConfigYaml.map(file, merged, where + ": merge"), where, keys);
    }
    keys.addAll(MasterKeys.age(texts(group, "age")));
    keys.addAll(MasterKeys.pgp(texts(group, "pgp"), now));
    for (Map<String, Object> each : maps(group, "kms", where)) {
      Map<String, String> own = new TreeMap<>();
      if (each.get("context") instanceof Map<?, ?> pairs) {
        pairs.forEach((name, value) -> own.put(String.valueOf(name), String.valueOf(value)));
      }
      keys.add(
          MasterKeys.kms(
              ConfigYaml.text(file, each, "arn"),
              ConfigYaml.text(file, each, "role"),
              own,
              ConfigYaml.text(file, each, "aws_profile"),
              now));
    }
    for (Map<String, Object> each : maps(group, "gcp_kms", where)) {
      keys.addAll(MasterKeys.gcpKms(ConfigYaml.text(file, each, "resource_id"), now));
    }
    for (Map<String, Object> each : maps(group, "hckms", where)) {
      keys.addAll(MasterKeys.huawei(ConfigYaml.text(file, each, "key_id"), now));
    }
    for (Map<String, Object> each : maps(group, "azure_keyvault", where)) {
      keys.add(
          MasterKeys.azure(
              ConfigYaml.text(file, each, "vaultUrl"),
              ConfigYaml.text(file, each, "key"),
              ConfigYaml.text(file, each, "version"),
              now));
    }
    keys.addAll(MasterKeys.vault(texts(group, "hc_vault"), now));
  }

  private List<Map<String, Object>> maps(Map<String, Object> group, String key, String where) {
    List<Map<String, Object>> maps = new ArrayList<>();
    for (Object each : ConfigYaml.list(file, group, key)) {
      count();
      maps.add(ConfigYaml.map(file, each, where + ": " + key));
    }
    return maps;
  }

  /** Aliases can make a short file name very many keys. */
  private void count() {
    if (++steps > MAX_STEPS) {
      throw SopsConfig.unreadable(file, "it names more than " + MAX_STEPS + " keys");
    }
  }

  private static List<MasterKey> unique(List<MasterKey> keys) {
    List<MasterKey> result = new ArrayList<>();
    for (MasterKey key : keys) {
      if (result.stream().noneMatch(each -> MasterKeys.same(each, key))) {
        result.add(key);
      }
    }
    return result;
  }

  private int threshold(Map<String, Object> rule, String where) {
    String text = ConfigYaml.text(file, rule, "shamir_threshold");
    if (!text.matches("[0-9]{0,3}")) {
      throw SopsConfig.unreadable(file, where + ": shamir_threshold is not a number");
    }
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  private boolean flag(Map<String, Object> rule, String key) {
    return switch (ConfigYaml.text(file, rule, key)) {
      case "true", "True", "TRUE" -> true;
      case "", "false", "False", "FALSE" -> false;
      default -> throw SopsConfig.unreadable(file, key + " is neither true nor false");
    };
  }

  private Optional<SopsMetadata.Selector> selector(Map<String, Object> rule, String where) {
    Optional<SopsMetadata.Selector> selector = Optional.empty();
    for (SopsMetadata.SelectorKind kind : SopsMetadata.SelectorKind.values()) {
      String text = ConfigYaml.text(file, rule, kind.field());
      if (!text.isEmpty()) {
        if (selector.isPresent()) {
          throw PaleException.of(
              488,
              "a file can have one rule of what is encrypted",
              file
                  + ", "
                  + where
                  + " has both "
                  + selector.get().kind().field()
                  + " and "
                  + kind.field(),
              "leave one of them");
        }
        selector = Optional.of(new SopsMetadata.Selector(kind, text));
      }
    }
    return selector;
  }
}
