package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The key groups of a file: a data key is wrapped for them, and recovered from them.
 *
 * <p>With one group each of its keys wraps the whole data key. With several, each group wraps a
 * part of it by Shamir's secret sharing, and as many groups as the threshold says must open.
 *
 * <p>Thread-safe if the services are.
 */
final class KeyGroups {
  private static final int BYTES = DataKeys.BYTES;

  /** A file may list many keys, and each may cost a call of a program or a service. */
  private static final int MAX_KEYS = 1_000;

  private final List<KeyService> services;
  private final List<String> order;
  private final SecureRandom random;

  /**
   * Groups that these services open.
   *
   * @param services the first that serves a key is asked
   * @param order kinds of keys to try first
   */
  KeyGroups(List<KeyService> services, List<String> order, SecureRandom random) {
    this.services = List.copyOf(services);
    this.order = List.copyOf(order);
    this.random = random;
  }

  /**
   * Recovers a data key.
   *
   * @param groups the file's key groups
   * @param threshold {@code shamir_threshold}; 0 for all groups
   * @return 32 bytes, which the caller wipes
   * @throws PaleException 475 when too few groups open; its reason names every key that failed and
   *     why
   */
  byte[] recover(List<List<MasterKey>> groups, int threshold) {
    int all = 0;
    for (List<MasterKey> group : groups) {
      all += group.size();
    }
    if (all > MAX_KEYS) {
      throw noKey("the file lists " + all + " keys, more than " + MAX_KEYS);
    }
    int needed = groups.size() > 1 ? needed(groups, threshold) : 1;
    List<String> failures = new ArrayList<>();
    List<byte[]> parts = new ArrayList<>();
    try {
      for (int i = 0; i < groups.size() && parts.size() < needed; i++) {
        byte[] part = open(groups.get(i), groups.size() > 1 ? "group " + i + ": " : "", failures);
        if (part.length > 0) {
          parts.add(part);
        }
      }
      if (parts.size() < needed) {
        String why =
            groups.size() > 1
                ? parts.size() + " of " + groups.size() + " groups opened, " + needed + " must"
                : failures.isEmpty() ? "the file lists no key" : "";
        throw noKey(joined(why, failures));
      }
      byte[] key = groups.size() > 1 ? Shamir.combine(parts) : parts.getFirst().clone();
      if (key.length != BYTES) {
        Arrays.fill(key, (byte) 0);
        throw noKey("what a key opened is not a data key of 32 bytes");
      }
      return key;
    } finally {
      parts.forEach(part -> Arrays.fill(part, (byte) 0));
    }
  }

  private static int needed(List<List<MasterKey>> groups, int threshold) {
    if (threshold < 0 || threshold == 1 || threshold > groups.size()) {
      throw noKey(
          "the file has "
              + groups.size()
              + " key groups and asks for "
              + threshold
              + " of them, which cannot be");
    }
    return threshold == 0 ? groups.size() : threshold;
  }

  /** What the first key of the group gives that can be used; empty when none can. */
  private byte[] open(List<MasterKey> group, String where, List<String> failures) {
    for (MasterKey key : ordered(group)) {
      String name = where + key.kind() + " " + MasterKeys.id(key);
      try {
        byte[] part = service(key).unwrap(key);
        if (part.length >= BYTES) {
          return part;
        }
        failures.add(name + ": it wraps something else than a data key");
      } catch (PaleException e) {
        failures.add(name + ": " + e.what() + (e.why().isEmpty() ? "" : " (" + e.why() + ")"));
      }
    }
    return new byte[0];
  }

  private List<MasterKey> ordered(List<MasterKey> group) {
    List<MasterKey> sorted = new ArrayList<>(group);
    sorted.sort(
        Comparator.comparingInt(key -> {
          int at = order.indexOf(key.kind());
          return at < 0 ? order.size() : at;
        }));
    return sorted;
  }

  private KeyService service(MasterKey key) {
    for (KeyService service : services) {
      if (service.serves(key)) {
        return service;
      }
    }
    throw PaleException.of(476, "keys of this kind are not supported here", "", "");
  }

  /**
   * Wraps a data key for all keys of all groups.
   *
   * @param groups at least one, none empty
   * @param threshold 0 for all groups; unused with one group
   * @param dataKey not changed
   * @return the same keys in the same order, wrapped anew; one that is named twice in a group is
   *     there once
   * @throws PaleException 480 when there is no key, 477 when one cannot wrap: nothing is returned
   *     then
   */
  List<List<MasterKey>> wrap(List<List<MasterKey>> groups, int threshold, byte[] dataKey) {
    if (groups.isEmpty() || groups.stream().anyMatch(List::isEmpty)) {
      throw PaleException.of(
          480,
          "there is no key to encrypt to",
          groups.size() > 1
              ? "a key group is empty"
              : "neither the command nor .sops.yaml names one",
          "name one: --age RECIPIENT, or a creation rule in .sops.yaml");
    }
    byte[][] parts =
        groups.size() > 1
            ? Shamir.split(dataKey, groups.size(), threshold(groups, threshold), random)
            : new byte[][] {dataKey.clone()};
    try {
      List<List<MasterKey>> wrapped = new ArrayList<>();
      for (int i = 0; i < groups.size(); i++) {
        List<MasterKey> group = new ArrayList<>();
        Set<String> seen = new TreeSet<>();
        for (MasterKey key : groups.get(i)) {
          if (seen.add(key.kind() + " " + MasterKeys.id(key) + " " + key.context())) {
            group.add(wrap(key, parts[i]));
          }
        }
        wrapped.add(List.copyOf(group));
      }
      return List.copyOf(wrapped);
    } finally {
      for (byte[] part : parts) {
        Arrays.fill(part, (byte) 0);
      }
    }
  }

  private MasterKey wrap(MasterKey key, byte[] part) {
    try {
      return new MasterKey(key.kind(), key.fields(), key.context(), service(key).wrap(key, part));
    } catch (PaleException e) {
      throw PaleException.of(
          477,
          "the data key cannot be encrypted to " + key.kind() + " " + MasterKeys.id(key),
          e.what() + (e.why().isEmpty() ? "" : ": " + e.why()),
          e.mend(),
          e);
    }
  }

  private static int threshold(List<List<MasterKey>> groups, int threshold) {
    int wanted = threshold == 0 ? groups.size() : threshold;
    if (wanted < 2 || wanted > groups.size()) {
      throw PaleException.of(
          480,
          "the threshold of the key groups cannot be " + threshold,
          "there are " + groups.size() + " groups, and one group alone must not suffice",
          "choose 2 to " + groups.size());
    }
    return wanted;
  }

  private static String joined(String first, List<String> more) {
    StringBuilder text = new StringBuilder(first);
    for (String each : more) {
      text.append(text.isEmpty() ? "" : "\n").append(each);
    }
    return text.toString();
  }

  private static PaleException noKey(String why) {
    return PaleException.of(
        475,
        "the data key cannot be recovered",
        why,
        "give one of these keys: SOPS_AGE_KEY_FILE for age, gpg's secret key for pgp");
  }
}
