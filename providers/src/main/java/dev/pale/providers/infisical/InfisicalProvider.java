package dev.pale.providers.infisical;

import dev.pale.providers.infisical.InfisicalClient.Entry;
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

/** What one identity may see in Infisical. Thread-safe. */
final class InfisicalProvider implements Provider {
  private final String scheme;
  private final InfisicalClient client;

  InfisicalProvider(String scheme, InfisicalClient client) {
    this.scheme = scheme;
    this.client = client;
  }

  /** One request for each folder. */
  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    Map<Folder, List<Reference>> folders = new LinkedHashMap<>();
    Map<Reference, Outcome> result = new LinkedHashMap<>();
    for (Reference reference : references) {
      Optional<Folder> folder = Folder.of(reference);
      if (folder.isPresent()) {
        folders.computeIfAbsent(folder.get(), key -> new ArrayList<>()).add(reference);
      } else {
        result.put(reference, new Outcome.Failed(malformed(reference)));
      }
    }
    if (!folders.isEmpty()) {
      client.signIn();
    }
    result.putAll(Parallel.read(folders.entrySet(), each -> read(each.getKey(), each.getValue())));
    return result;
  }

  private static PaleException malformed(Reference reference) {
    return PaleException.of(
        613,
        "not a reference into Infisical: " + reference.text(),
        "it is " + reference.scheme() + "://PROJECT_ID/ENV/path/to/NAME",
        "the project's id is in its settings; path is optional");
  }

  private Map<Reference, Outcome> read(Folder folder, List<Reference> wanted) {
    Map<Reference, Outcome> result = new LinkedHashMap<>();
    Optional<Map<String, Entry>> found;
    try {
      found = client.secrets(folder);
    } catch (PaleException e) {
      if (Refusals.concernsAll(e)) {
        throw e;
      }
      wanted.forEach(reference -> result.put(reference, new Outcome.Failed(e)));
      return result;
    }
    for (Reference reference : wanted) {
      result.put(
          reference,
          found
              .map(entries -> outcome(folder, reference, entries))
              .orElseGet(() ->
                  new Outcome.Missing(
                      "no such project, environment or folder that the identity may see")));
    }
    return result;
  }

  private static Outcome outcome(Folder folder, Reference reference, Map<String, Entry> entries) {
    String name = Folder.name(reference);
    return switch (entries.get(name)) {
      case null -> new Outcome.Missing(folder.text() + " has no secret " + name);
      case Entry.Value value ->
          new Outcome.Found(
              SecretValue.owning(reference.text(), value.text().getBytes(StandardCharsets.UTF_8)));
      case Entry.Hidden hidden ->
          new Outcome.Failed(
              PaleException.of(
                  627,
                  "Infisical does not give out the value of " + reference.text(),
                  "the identity may see the secret, but not its value",
                  "give the identity the right to read values there"));
    };
  }

  @Override
  public Optional<List<Reference>> list(String under) {
    Folder folder = Folder.parse(under);
    Map<String, Entry> entries =
        client
            .names(folder)
            .orElseThrow(() ->
                PaleException.of(
                    615,
                    "Infisical has no such folder",
                    folder.text() + " is not there, or the identity may not see it",
                    "check project id, environment slug and path"));
    List<Reference> result = new ArrayList<>();
    for (String name : entries.keySet()) {
      Reference.tryParse(scheme + "://" + folder.text() + "/" + name)
          .filter(each -> Folder.of(each).isPresent() && Folder.name(each).equals(name))
          .ifPresent(result::add);
    }
    return Optional.of(result);
  }

  @Override
  public Optional<Writer> writer() {
    return Optional.of(new InfisicalWriter(client));
  }

  @Override
  public Health health() {
    try {
      client.check();
      return new Health.Usable(client.who(), "at " + client.address());
    } catch (PaleException e) {
      return new Health.Unusable(e);
    }
  }

  @Override
  public void close() {
    // Nothing is open between requests; tokens are text that nobody can wipe.
  }
}
