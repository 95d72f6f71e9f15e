package dev.pale.providers.local;

import dev.pale.providers.http.Parallel;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A store that is asked place by place: references to one place are answered together. */
abstract class EachProvider implements Provider {
  @Override
  public final Map<Reference, Outcome> read(List<Reference> references) {
    Map<String, List<Reference>> byPlace = new LinkedHashMap<>();
    for (Reference each : references) {
      byPlace.computeIfAbsent(each.path(), place -> new ArrayList<>()).add(each);
    }
    Map<Reference, Outcome> outcomes = new ConcurrentHashMap<>();
    List<Map.Entry<String, List<Reference>>> places = List.copyOf(byPlace.entrySet());
    // The first alone: where it makes an agent ask for a passphrase, the others need not.
    int first = Math.min(1, places.size());
    places.subList(0, first).forEach(place -> readInto(outcomes, place));
    Parallel.each(places.subList(first, places.size()), place -> readInto(outcomes, place));
    return outcomes;
  }

  private void readInto(
      Map<Reference, Outcome> outcomes, Map.Entry<String, List<Reference>> place) {
    try {
      outcomes.putAll(readPlace(place.getKey(), place.getValue()));
    } catch (PaleException e) {
      place.getValue().forEach(each -> outcomes.put(each, new Outcome.Failed(e)));
    }
  }

  /**
   * Reads one place.
   *
   * @param path as it is written
   * @param references all with this path
   * @return an outcome for each
   * @throws PaleException when none of them can be read
   */
  abstract Map<Reference, Outcome> readPlace(String path, List<Reference> references);

  @Override
  public void close() {
    // Nothing is kept.
  }
}
