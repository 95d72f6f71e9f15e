package dev.pale.gateway.inject;

import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostName;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.placeholder.Placeholders;
import dev.pale.gateway.service.Slot;
import dev.pale.secrets.Needles;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that is needed to find the placeholders and the real values of a session in requests,
 * and to put the real values into their slots.
 *
 * <p>Begin with {@link #examiner()}, one for each connection.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>A real value is written into a request only where its placeholder stood in a slot of a
 *       binding for that very destination, once, or into an absent slot of a binding that says so.
 *   <li>No request with a placeholder anywhere else, or with a real value anywhere, passes: as it
 *       is, in each rendering of {@link Needles}, and with escapes undone ({@link Escape}). Not
 *       seen: encodings of the client's own making, encrypted bodies, and content codings other
 *       than {@code gzip} and {@code deflate}.
 *   <li>A value that could end a field or a line is never written into one.
 * </ul>
 *
 * <p>Thread-safe; to be closed after its examiners have finished. It keeps the bindings' values and
 * does not close them.
 */
public final class Injector implements AutoCloseable {
  private final Needles needles;
  private final Labels labels;
  private final List<Binding> absent = new ArrayList<>();
  private final List<Binding> all = new ArrayList<>();
  private final List<Binding> inText = new ArrayList<>();
  private final boolean hasBodySlots;

  /**
   * Prepares a session.
   *
   * @throws PaleException 733 for a value that fits none of its slots, 734 for a placeholder that
   *     is no token or part of another's or of a value, 735 for one placeholder under two names
   */
  public Injector(List<Binding> bindings) {
    Map<String, Group> groups = new LinkedHashMap<>();
    boolean body = false;
    for (Binding each : bindings) {
      requireFit(each);
      Group group =
          groups.computeIfAbsent(
              each.placeholder(), text -> new Group(groups.size(), each.name(), text));
      if (!group.name.equals(each.name())) {
        throw PaleException.of(
            735,
            "the secrets " + group.name + " and " + each.name() + " have the same placeholder",
            "",
            "give each one of its own");
      }
      group.bindings.add(each);
      all.add(each);
      if (each.whenAbsent()) {
        absent.add(each);
      }
      body |= each.hasBodySlot();
      if (each.flat().contains(new Slot.WebSocketText())) {
        inText.add(each);
      }
    }
    hasBodySlots = body;
    List<Group> list = List.copyOf(groups.values());
    requireApart(list);
    Needles.Builder builder = Needles.builder();
    List<SecretName> names = new ArrayList<>();
    // The real values come first: a rendering in common with a placeholder counts as theirs.
    for (Group group : list) {
      Binding first = group.bindings.get(0);
      byte[] value = first.real().bytes(Reveal.MASK);
      String label = "r" + names.size();
      builder.add(label, value);
      int[] password = Placeholders.passwordOf(value);
      if (password.length > 0) {
        byte[] part = java.util.Arrays.copyOfRange(value, password[0], password[1]);
        builder.add(label, part);
        java.util.Arrays.fill(part, (byte) 0);
      }
      names.add(group.name);
    }
    for (Group group : list) {
      String label = "p" + group.index;
      builder.add(label, group.bytes);
      int[] password = Placeholders.passwordOf(group.bytes);
      if (password.length > 0) {
        builder.add(label, java.util.Arrays.copyOfRange(group.bytes, password[0], password[1]));
      }
    }
    needles = builder.build();
    labels = new Labels(names, list);
  }

  private static void requireFit(Binding binding) {
    boolean fits = binding.slots().isEmpty();
    for (Slot slot : binding.slots()) {
      fits |= binding.fits(slot);
    }
    if (!fits) {
      throw PaleException.of(
          733,
          "the value of " + binding.name() + " cannot be sent in any of its slots",
          "it is empty, or has a line end, a control character or a letter beyond ASCII",
          "store it again without, for instance without the line end at its end");
    }
  }

  private static void requireApart(List<Group> groups) {
    for (Group one : groups) {
      if (one.bytes.length < 16) {
        throw apart(one);
      }
      for (int i = 0; i < one.placeholder.length(); i++) {
        char c = one.placeholder.charAt(i);
        if (c <= ' ' || c >= 0x7f) {
          throw apart(one);
        }
      }
      for (Group other : groups) {
        byte[] real = other.bindings.get(0).real().bytes(Reveal.COMPARE);
        boolean within =
            (one != other && other.placeholder.contains(one.placeholder))
                || contains(real, one.bytes)
                || (real.length >= 6 && contains(one.bytes, real));
        if (within) {
          throw apart(one);
        }
      }
    }
  }

  private static PaleException apart(Group group) {
    return PaleException.of(
        734,
        "the placeholder of " + group.name + " cannot be told from other text",
        "it is too short, no plain text, or part of another placeholder or of a value",
        "let Pale draw it");
  }

  private static boolean contains(byte[] whole, byte[] part) {
    for (int i = 0; i + part.length <= whole.length; i++) {
      if (java.util.Arrays.equals(whole, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  /** One connection's examiner: it holds the state of looking, so it is not to be shared. */
  public Examiner examiner() {
    return new Examiner(this);
  }

  /** Secrets whose values are too short or too common to be looked for, with the reason. */
  public List<Needles.Skipped> notLookedFor() {
    List<Needles.Skipped> result = new ArrayList<>();
    for (Needles.Skipped each : needles.skipped()) {
      String label = each.label();
      if (label.charAt(0) == 'r') {
        int index = Integer.parseInt(label, 1, label.length(), 10);
        result.add(new Needles.Skipped(labels.name(index).text(), each.reason()));
      }
    }
    return List.copyOf(result);
  }

  Needles needles() {
    return needles;
  }

  Labels labels() {
    return labels;
  }

  /** The bindings that fill absent slots. */
  List<Binding> absent() {
    return absent;
  }

  /** The bindings with a slot in text messages. */
  List<Binding> inText() {
    return inText;
  }

  /**
   * Whether a real value may ever be with this host, at any port and by any client: what it sends
   * may hold it, whether or not this session has put it there.
   */
  public boolean mayReach(HostName host) {
    for (Binding each : all) {
      for (HostPattern pattern : each.hosts()) {
        if (pattern.matches(new Authority(host, pattern.port()), pattern.isTls())) {
          return true;
        }
      }
    }
    return false;
  }

  boolean hasBodySlots() {
    return hasBodySlots;
  }

  /** Wipes what is looked for; examiners throw from now on. */
  @Override
  public void close() {
    needles.close();
  }

  @Override
  public String toString() {
    return "[injector of " + labels.groups() + " secrets]";
  }
}
