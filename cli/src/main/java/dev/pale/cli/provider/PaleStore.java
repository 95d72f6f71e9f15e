package dev.pale.cli.provider;

import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretSource;
import dev.pale.secrets.SecretValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code pale://project/environment/NAME}: the vault as one store among others. */
final class PaleStore implements Provider {
  static final String SCHEME = "pale";

  private final SecretSource vault;
  private final ReadRequest.Verb verb;
  private final Actor actor;

  PaleStore(SecretSource vault, ReadRequest.Verb verb, Actor actor) {
    this.vault = vault;
    this.verb = verb;
    this.actor = actor;
  }

  /** What a reference names. */
  record Target(Place place, SecretName name) {}

  /** Reads a reference; error 662. Pale's own projects are not to be had: error 114. */
  static Target target(Reference reference) {
    String path = reference.path();
    int first = path.indexOf('/');
    int second = path.indexOf('/', first + 1);
    boolean shaped =
        first > 0 && second > 0 && reference.query().isEmpty() && reference.fragment().isEmpty();
    if (!shaped
        || !Place.isSegment(path.substring(0, first))
        || !Place.isSegment(path.substring(first + 1, second))
        || !SecretName.isValid(path.substring(second + 1))) {
      throw PaleException.of(
          662,
          "not a reference into the vault: " + reference,
          "",
          "write pale://project/environment/NAME");
    }
    Place.requireUnreserved(path.substring(0, first));
    return new Target(
        new Place(path.substring(0, first), path.substring(first + 1, second)),
        SecretName.of(path.substring(second + 1)));
  }

  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    Map<Reference, Outcome> outcomes = new HashMap<>();
    Map<Place, Map<SecretName, Reference>> places = new HashMap<>();
    for (Reference reference : references) {
      try {
        Target target = target(reference);
        places.computeIfAbsent(target.place, p -> new TreeMap<>()).put(target.name, reference);
      } catch (PaleException e) {
        outcomes.put(reference, new Outcome.Failed(e));
      }
    }
    places.forEach((place, names) -> {
      if (!together(place, names, outcomes)) {
        names.forEach((name, reference) -> outcomes.put(reference, alone(place, name)));
      }
    });
    return outcomes;
  }

  /** One question for all names of a place; false when one of them is not there. */
  private boolean together(
      Place place, Map<SecretName, Reference> names, Map<Reference, Outcome> outcomes) {
    try {
      ask(place, names.keySet())
          .forEach((name, value) ->
              outcomes.put(java.util.Objects.requireNonNull(names.get(name)), found(value)));
      return true;
    } catch (PaleException e) {
      return false;
    }
  }

  private Outcome alone(Place place, SecretName name) {
    try {
      List<SecretValue> values = new ArrayList<>(ask(place, Set.of(name)).values());
      return found(values.getFirst());
    } catch (PaleException e) {
      return switch (e.code()) {
        case 104, 106, 111, 113 -> new Outcome.Missing(e.what());
        default -> new Outcome.Failed(e);
      };
    }
  }

  private static Outcome found(SecretValue value) {
    return new Outcome.Found(value);
  }

  private SortedMap<SecretName, SecretValue> ask(Place place, Set<SecretName> names) {
    return vault.read(ReadRequest.only(place, new LinkedHashSet<>(names), verb, actor));
  }

  @Override
  public Health health() {
    return new Health.Usable("", "the vault of this machine");
  }

  @Override
  public void close() {
    // The session owns the vault.
  }
}
