package dev.pale.providers.doppler;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.rest.Parallel;
import dev.pale.providers.rest.Refusals;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.Writer;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What one Doppler token may see. Thread-safe. */
final class DopplerProvider implements Provider {
  private final String scheme;
  private final DopplerClient client;

  DopplerProvider(String scheme, DopplerClient client) {
    this.scheme = scheme;
    this.client = client;
  }

  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    Map<Place, List<Reference>> places = new LinkedHashMap<>();
    Map<Reference, Outcome> result = new LinkedHashMap<>();
    for (Reference reference : references) {
      Optional<Place> place = Place.of(reference);
      if (place.isPresent()) {
        places.computeIfAbsent(place.get(), key -> new ArrayList<>()).add(reference);
      } else {
        result.put(reference, new Outcome.Failed(malformed(reference)));
      }
    }
    result.putAll(Parallel.read(places.entrySet(), each -> read(each.getKey(), each.getValue())));
    return result;
  }

  private static PaleException malformed(Reference reference) {
    return PaleException.of(
        613,
        "not a reference into Doppler: " + reference.text(),
        "it is " + reference.scheme() + "://PROJECT/CONFIG/NAME",
        "for instance " + reference.scheme() + "://acme-api/dev/DATABASE_URL");
  }

  private Map<Reference, Outcome> read(Place place, List<Reference> wanted) {
    Map<Reference, Outcome> result = new LinkedHashMap<>();
    Optional<Map<String, Optional<String>>> found;
    Optional<Set<String>> names = Optional.empty();
    try {
      found = client.download(place);
      if (found.isPresent() && lacksAny(found.get(), wanted)) {
        names = client.names(place);
      }
    } catch (PaleException e) {
      if (Refusals.concernsAll(e)) {
        throw e;
      }
      for (Reference reference : wanted) {
        result.put(reference, new Outcome.Failed(e));
      }
      return result;
    }
    for (Reference reference : wanted) {
      result.put(reference, outcome(place, reference, found, names));
    }
    return result;
  }

  private static boolean lacksAny(Map<String, Optional<String>> found, List<Reference> wanted) {
    return wanted.stream().anyMatch(reference -> !found.containsKey(Place.name(reference)));
  }

  private static Outcome outcome(
      Place place,
      Reference reference,
      Optional<Map<String, Optional<String>>> found,
      Optional<Set<String>> names) {
    String name = Place.name(reference);
    if (found.isEmpty()) {
      return new Outcome.Missing("no such project or config");
    }
    Optional<String> value = found.get().get(name);
    if (value == null && !names.map(known -> known.contains(name)).orElse(false)) {
      return new Outcome.Missing("config " + place.text() + " has no secret " + name);
    }
    if (value == null || value.isEmpty()) {
      return new Outcome.Failed(
          PaleException.of(
              627,
              "Doppler does not give out the value of " + reference.text(),
              "it is restricted, and this token is a person's",
              "use a service token of the config"));
    }
    return new Outcome.Found(
        SecretValue.owning(reference.text(), value.get().getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public Optional<List<Reference>> list(String under) {
    Place place = Place.parse(under);
    Set<String> names =
        client
            .names(place)
            .orElseThrow(() ->
                PaleException.of(
                    615,
                    "Doppler has no such project or config",
                    place.text() + " is not there, or the token may not see it",
                    "check its name"));
    List<Reference> result = new ArrayList<>();
    for (String name : names) {
      Reference.tryParse(scheme + "://" + place.text() + "/" + name)
          .filter(reference -> Place.of(reference).isPresent())
          .ifPresent(result::add);
    }
    return Optional.of(result);
  }

  @Override
  public Optional<Writer> writer() {
    return Optional.of(new DopplerWriter(client));
  }

  @Override
  public Health health() {
    try {
      JsonObject me = client.me();
      String type = JsonAnswers.codeOf(JsonAnswers.text(me, "type").orElse(""));
      String name = shown(JsonAnswers.text(me, "name").orElse(""));
      String workplace = shown(JsonAnswers.text(me, "workplace", "name").orElse(""));
      return new Health.Usable(
          (type + " " + name).strip(),
          (workplace.isEmpty() ? "" : "workplace " + workplace + " ") + "at " + client.address());
    } catch (PaleException e) {
      return new Health.Unusable(e);
    }
  }

  /** Names that people gave; nothing that could be a message. */
  private static String shown(String text) {
    return text.matches("[A-Za-z0-9 _.:@+-]{1,64}") ? text : "";
  }

  @Override
  public void close() {
    // Nothing is open between requests, and the token is text that nobody can wipe.
  }
}
