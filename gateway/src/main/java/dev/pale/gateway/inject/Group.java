package dev.pale.gateway.inject;

import dev.pale.gateway.name.Authority;
import dev.pale.secrets.SecretName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The bindings of one placeholder. */
final class Group {
  /** Its number among the groups of a session. */
  final int index;

  final SecretName name;
  final String placeholder;
  final byte[] bytes;
  final List<Binding> bindings = new ArrayList<>(1);

  Group(int index, SecretName name, String placeholder) {
    this.index = index;
    this.name = name;
    this.placeholder = placeholder;
    this.bytes = placeholder.getBytes(StandardCharsets.US_ASCII);
  }

  boolean isFor(Authority destination, boolean tls) {
    for (int i = 0; i < bindings.size(); i++) {
      if (bindings.get(i).isFor(destination, tls)) {
        return true;
      }
    }
    return false;
  }

  /** Whether only the missing TLS, or the missing leave to do without, stands in the way. */
  boolean isForButPlain(Authority destination, boolean tls) {
    for (int i = 0; i < bindings.size() && !tls; i++) {
      Binding each = bindings.get(i);
      if (each.isNamed(destination, false) || hasHost(each, destination)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasHost(Binding binding, Authority destination) {
    for (int i = 0; i < binding.hosts().size(); i++) {
      var pattern = binding.hosts().get(i);
      if (pattern.isTls()
          && pattern.matches(new Authority(destination.host(), pattern.port()), true)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a part of a text is the placeholder. */
  boolean is(byte[] text, int from, int to) {
    return java.util.Arrays.equals(text, from, to, bytes, 0, bytes.length);
  }

  @Override
  public String toString() {
    return "[placeholder of " + name + "]";
  }
}
