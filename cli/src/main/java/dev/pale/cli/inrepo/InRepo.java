package dev.pale.cli.inrepo;

import dev.pale.cli.session.Resolved;
import dev.pale.cli.session.Session;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.formats.project.FoundProject;
import dev.pale.formats.project.InRepoValues;
import dev.pale.formats.project.ProjectFile;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.LocalVault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads values of the vault and of {@code pale.toml} as one. The vault's value wins: it is the
 * user's own, for instance a database of their own. Loaded only where a file names recipients.
 */
public final class InRepo {
  private static final Set<Integer> ABSENT = Set.of(104, 105, 106, 111, 113);

  private InRepo() {}

  /** The values that {@code pale.toml} holds for a place, by name; empty for another project. */
  public static SortedMap<SecretName, InRepoValues.Entry> entries(Session session, Place place) {
    FoundProject found = session.project().orElse(null);
    if (found == null
        || !found.file().hasInRepoValues()
        || !found.file().project().equals(Optional.of(place.project()))) {
      return new TreeMap<>();
    }
    // Also where options named the place: the file must be one that may speak for the project.
    session.requireKnown(
        new Resolved(place.project(), ProjectFile.NAME, place.environment(), "--env"));
    return InRepoValues.of(found.file()).in(place.environment());
  }

  /**
   * As {@link dev.pale.vault.Vault#read}, with the values of {@code pale.toml} where the vault has
   * none of that name.
   *
   * @throws PaleException as the vault does, and 530 to 537
   */
  public static SortedMap<SecretName, SecretValue> read(Session session, ReadRequest request) {
    SortedMap<SecretName, InRepoValues.Entry> entries = entries(session, request.place());
    if (request.all()) {
      entries.keySet().removeAll(request.names());
    } else {
      entries.keySet().retainAll(request.names());
    }
    if (entries.isEmpty()) {
      return session.vault().read(request);
    }
    SortedMap<SecretName, SecretValue> values = ofVault(session, request, entries.keySet());
    entries.keySet().removeAll(values.keySet());
    List<AgeIdentity> identities = List.of();
    try {
      identities = Identities.of(session);
      for (InRepoValues.Entry entry : entries.values()) {
        refuseDangerous(entry.name());
        values.put(entry.name(), SealedValue.open(request.place().project(), entry, identities));
      }
    } catch (RuntimeException e) {
      values.values().forEach(SecretValue::close);
      throw e;
    } finally {
      identities.forEach(AgeIdentity::close);
    }
    if (!entries.isEmpty() && LocalVault.exists(session.context().folders())) {
      session
          .vault()
          .record(
              request.verb().name().toLowerCase(java.util.Locale.ROOT),
              true,
              "from pale.toml for " + request.place() + ": " + names(entries.keySet()),
              request.actor());
    }
    return values;
  }

  /** What the vault has of them; a place that it does not have is no error here. */
  private static SortedMap<SecretName, SecretValue> ofVault(
      Session session, ReadRequest request, Set<SecretName> inRepo) {
    if (!LocalVault.exists(session.context().folders())) {
      return new TreeMap<>();
    }
    if (request.all()) {
      return orNone(session, request);
    }
    Set<SecretName> others = new HashSet<>(request.names());
    others.removeAll(inRepo);
    SortedMap<SecretName, SecretValue> values = new TreeMap<>();
    if (!others.isEmpty()) {
      values.putAll(session.vault().read(only(request, others)));
    }
    for (SecretName name : new ArrayList<>(inRepo)) {
      values.putAll(orNone(session, only(request, Set.of(name))));
    }
    return values;
  }

  private static ReadRequest only(ReadRequest request, Set<SecretName> names) {
    return ReadRequest.only(request.place(), names, request.verb(), request.actor());
  }

  private static SortedMap<SecretName, SecretValue> orNone(Session session, ReadRequest request) {
    try {
      return new TreeMap<>(session.vault().read(request));
    } catch (PaleException e) {
      if (isAbsent(e)) {
        return new TreeMap<>();
      }
      throw e;
    }
  }

  /** Whether the vault only lacks it. */
  public static boolean isAbsent(PaleException e) {
    return ABSENT.contains(e.code());
  }

  /** Whoever can commit could otherwise run code in every program that gets the values. */
  static void refuseDangerous(SecretName name) {
    if (name.isDangerous()) {
      throw PaleException.of(
          537,
          "pale.toml holds a value for " + name + ", a name that steers a loader or an interpreter",
          "whoever can commit could run code in every program that gets the values",
          "take it out; a value of your own goes into the vault with --allow-dangerous-name");
    }
  }

  static String names(Iterable<SecretName> names) {
    StringBuilder text = new StringBuilder();
    for (SecretName name : names) {
      text.append(text.isEmpty() ? "" : ", ").append(name);
    }
    return text.toString();
  }
}
