package dev.pale.gateway.inject;

import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.service.Slot;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One secret of a session: its placeholder, its value, and where it may go. A secret that is good
 * for several services has a binding for each, all with the same name, placeholder and value.
 *
 * <p>Not a record, because it holds a value; the value stays the caller's and must not be closed
 * before the {@link Injector}. Thread-safe: immutable.
 */
public final class Binding {
  private final SecretName name;
  private final String placeholder;
  private final SecretValue real;
  private final List<HostPattern> hosts;
  private final List<Slot> slots;
  private final boolean whenAbsent;
  private final boolean plainHttpAllowed;

  /**
   * The slots with those of {@link Slot.Together} taken apart, and to which of those each belongs.
   */
  private final List<Slot> flat = new ArrayList<>();

  private final List<Slot> origin = new ArrayList<>();

  /**
   * A binding.
   *
   * @param name the secret
   * @param placeholder what the client holds: ASCII, at least 20 characters
   * @param real the value
   * @param hosts where it may go
   * @param slots where in a request it may be; the first is what is filled when the request has
   *     none
   * @param whenAbsent whether a request to these hosts without anything in the first slot gets it
   * @param plainHttpAllowed whether it may go over a connection without TLS, to hosts that say
   *     {@code http://}
   */
  public Binding(
      SecretName name,
      String placeholder,
      SecretValue real,
      List<HostPattern> hosts,
      List<Slot> slots,
      boolean whenAbsent,
      boolean plainHttpAllowed) {
    this.name = name;
    this.placeholder = placeholder;
    this.real = real;
    this.hosts = List.copyOf(hosts);
    this.slots = List.copyOf(slots);
    this.whenAbsent = whenAbsent;
    this.plainHttpAllowed = plainHttpAllowed;
    for (Slot each : this.slots) {
      if (each instanceof Slot.Together together) {
        for (Slot inner : together.slots()) {
          flat.add(inner);
          origin.add(each);
        }
      } else {
        flat.add(each);
        origin.add(each);
      }
    }
  }

  /** The secret. */
  public SecretName name() {
    return name;
  }

  /** What the client holds. */
  public String placeholder() {
    return placeholder;
  }

  /** The value, which stays the caller's. */
  public SecretValue real() {
    return real;
  }

  /** Where it may go. */
  public List<HostPattern> hosts() {
    return hosts;
  }

  /** Where in a request it may be. */
  public List<Slot> slots() {
    return slots;
  }

  /** Whether it is put into requests that have nothing in its first slot. */
  public boolean whenAbsent() {
    return whenAbsent;
  }

  /** Whether it may go to a destination. */
  public boolean isFor(Authority destination, boolean tls) {
    return (tls || plainHttpAllowed) && isNamed(destination, tls);
  }

  /** As {@link #isFor}, whether or not plain connections are allowed. */
  boolean isNamed(Authority destination, boolean tls) {
    for (int i = 0; i < hosts.size(); i++) {
      if (hosts.get(i).matches(destination, tls)) {
        return true;
      }
    }
    return false;
  }

  List<Slot> flat() {
    return flat;
  }

  /** Which of {@link #slots()} a flat slot belongs to. */
  Slot origin(int index) {
    return origin.get(index);
  }

  /** Whether some slot is in a body. */
  boolean hasBodySlot() {
    for (Slot each : flat) {
      if (each instanceof Slot.Json || each instanceof Slot.Form) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the value can be written into a slot at all: no byte of it may end a field or a line.
   */
  boolean fits(Slot slot) {
    byte[] value = real.bytes(Reveal.COMPARE);
    return switch (slot) {
      case Slot.Header header -> isFieldText(value);
      case Slot.Scheme scheme -> isFieldText(value);
      case Slot.Basic basic -> isBasicText(value, basic.part() == Slot.Part.USER);
      case Slot.Query query -> value.length > 0;
      case Slot.Path path -> value.length > 0;
      case Slot.Form form -> value.length > 0;
      case Slot.Json json -> isUtf8(value);
      case Slot.WebSocketText text -> isUtf8(value);
      case Slot.Together together -> together.slots().stream().allMatch(this::fits);
    };
  }

  /** Printable ASCII, no space at the ends (RFC 9110, section 5.5, without obs-text). */
  private static boolean isFieldText(byte[] value) {
    for (byte b : value) {
      if (b < ' ' || b == 0x7f) {
        return false;
      }
    }
    return value.length > 0 && value[0] != ' ' && value[value.length - 1] != ' ';
  }

  /** No control characters, and no colon in a user (RFC 7617, section 2). */
  private static boolean isBasicText(byte[] value, boolean user) {
    for (byte b : value) {
      if ((b >= 0 && b < ' ') || b == 0x7f || (user && b == ':')) {
        return false;
      }
    }
    return value.length > 0;
  }

  private static boolean isUtf8(byte[] value) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      java.util.Arrays.fill(text.array(), '\0');
      return value.length > 0;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "[binding " + name + "]";
  }
}
