package dev.pale.cli.gateway;

import dev.pale.delivery.ChildEnvironment;
import dev.pale.gateway.trust.CallerCertificates;
import dev.pale.gateway.trust.ChildVariables;
import dev.pale.gateway.trust.ProxyAddress;
import dev.pale.gateway.trust.TrustFiles;
import dev.pale.secrets.Matcher;
import dev.pale.secrets.Needles;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The variables of a client: placeholders under the secrets' names, the proxy, and where each
 * runtime finds the certificate authority. Holds no value.
 */
final class ClientEnvironment {
  /** Says to a program that it is inside a session; {@code pale gateway explain} reads it. */
  static final String MARK = "PALE_GATEWAY";

  private final SortedMap<String, String> set;
  private final SortedSet<String> unset;
  private final SortedMap<SecretName, SecretValue> values;
  private final Map<String, String> caller;
  private final List<String> notes;

  private ClientEnvironment(
      SortedMap<String, String> set,
      SortedSet<String> unset,
      SortedMap<SecretName, SecretValue> values,
      Map<String, String> caller,
      List<String> notes) {
    this.set = set;
    this.unset = unset;
    this.values = values;
    this.caller = caller;
    this.notes = List.copyOf(notes);
  }

  /**
   * Variables of a client.
   *
   * @param folder where its files go, 0700
   * @param seen where it finds the gateway
   * @param plain where its JVMs find it
   * @param caller what its environment would be otherwise
   * @param certificates what that environment trusts
   */
  static ClientEnvironment of(
      Path folder,
      GatewaySession running,
      GatewayPlan plan,
      GatewaySession.Joined joined,
      SortedMap<SecretName, SecretValue> values,
      ProxyAddress seen,
      ProxyAddress plain,
      Map<String, String> caller,
      CallerCertificates certificates) {
    TrustFiles files =
        TrustFiles.write(
            folder,
            running.gateway().certificatePem(),
            running.gateway().certificateDer(),
            caller,
            certificates);
    ChildVariables variables =
        ChildVariables.of(
            files, seen, plain, caller, new ChildVariables.Choices(List.of(), plan.gitHosts()));
    SortedMap<String, String> set = new TreeMap<>(variables.set());
    for (SecretName name : values.keySet()) {
      set.put(name.text(), joined.placeholders().of(name));
    }
    set.put(MARK, seen.url());
    return new ClientEnvironment(
        set, new TreeSet<>(variables.unset()), values, caller, files.notes());
  }

  /** What of the caller's own certificates could not be used, one sentence each. */
  List<String> notes() {
    return notes;
  }

  /** All variables with their texts. */
  SortedMap<String, String> set() {
    return set;
  }

  /** A caller's variables as a command's without secrets. */
  Map<String, String> over(Map<String, String> callers) {
    Map<String, String> changed = new TreeMap<>(callers);
    changed.keySet().removeAll(unset);
    changed.putAll(set);
    return changed;
  }

  /**
   * Changes the environment of a command. The caller may have a real value in a variable of another
   * name: those go as well.
   *
   * @return the names of the variables that held a real value, sorted
   */
  List<String> apply(ChildEnvironment environment) {
    for (String name : unset) {
      environment.unset(name);
    }
    List<String> removed = new ArrayList<>();
    try (Needles needles = Needles.of(values)) {
      for (Map.Entry<String, String> variable : new TreeMap<>(caller).entrySet()) {
        String name = variable.getKey();
        if (!set.containsKey(name)
            && environment.get(name).isPresent()
            && holds(needles, environment.get(name).get())) {
          environment.unset(name);
          removed.add(name);
        }
      }
    }
    set.forEach((name, text) -> environment.set(name, text.getBytes(StandardCharsets.UTF_8)));
    return removed;
  }

  private static boolean holds(Needles needles, byte[] text) {
    boolean[] found = new boolean[1];
    Matcher matcher = needles.matcher((label, start, end) -> found[0] = true);
    matcher.feed(text, 0, text.length);
    return found[0];
  }
}
