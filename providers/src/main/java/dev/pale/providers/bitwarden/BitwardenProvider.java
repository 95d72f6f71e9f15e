package dev.pale.providers.bitwarden;

import dev.pale.formats.json.JsonValue;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.bitwarden.Session.SignedIn;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.rest.Refusals;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One organisation's secrets as one machine account sees them. Thread-safe. */
final class BitwardenProvider implements Provider {
  /** Ids in one request; the service names no bound. */
  private static final int BATCH = 100;

  private final String scheme;
  private final Session session;

  BitwardenProvider(String scheme, Session session) {
    this.scheme = scheme;
    this.session = session;
  }

  /** Which secret a reference means, once that is known. */
  private sealed interface Target {
    record Id(String id, Optional<String> key) implements Target {}

    record Done(Outcome outcome) implements Target {}
  }

  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    Map<Reference, Target> targets = new LinkedHashMap<>();
    SignedIn as = session.signedIn();
    Optional<Listing> listing = Optional.empty();
    for (Reference reference : references) {
      if (isById(reference)) {
        targets.put(reference, new Target.Id(lower(reference.path()), Optional.empty()));
      } else if (!isByName(reference)) {
        targets.put(reference, new Target.Done(new Outcome.Failed(malformed(reference))));
      } else {
        Listing known = listing.isPresent() ? listing.get() : list(as);
        listing = Optional.of(known);
        targets.put(reference, named(reference, known));
      }
    }
    List<String> ids = new ArrayList<>();
    for (Target target : targets.values()) {
      if (target instanceof Target.Id id && !ids.contains(id.id())) {
        ids.add(id.id());
      }
    }
    Map<String, JsonObject> secrets = fetch(ids, listing, as);
    Map<Reference, Outcome> result = new LinkedHashMap<>();
    targets.forEach((reference, target) ->
        result.put(
            reference,
            switch (target) {
              case Target.Done done -> done.outcome();
              case Target.Id id -> open(reference, id, secrets, as);
            }));
    return result;
  }

  private static boolean isById(Reference reference) {
    return Session.isId(reference.path())
        && reference.query().isEmpty()
        && reference.fragment().isEmpty();
  }

  private static boolean isByName(Reference reference) {
    int slash = reference.path().indexOf('/');
    return slash > 0
        && slash < reference.path().length() - 1
        && reference.query().isEmpty()
        && reference.fragment().isEmpty();
  }

  private static PaleException malformed(Reference reference) {
    return PaleException.of(
        613,
        "not a reference into Bitwarden Secrets Manager: " + reference.text(),
        "it is " + reference.scheme() + "://SECRET_ID or " + reference.scheme() + "://PROJECT/KEY",
        "a key with ? or # can only be named by its id");
  }

  private Target named(Reference reference, Listing listing) {
    int slash = reference.path().indexOf('/');
    String project = reference.path().substring(0, slash);
    String key = reference.path().substring(slash + 1);
    List<String> projects = listing.projects(project);
    if (projects.isEmpty()) {
      return missing(
          "no project of this name or id that this machine account may read"
              + listing.undecrypted());
    }
    if (projects.size() > 1) {
      return ambiguous(reference, projects.size() + " projects have this name", "project");
    }
    List<String> ids = listing.secrets(projects.getFirst(), key);
    if (ids.isEmpty()) {
      return missing("the project has no secret of this key" + listing.undecrypted());
    }
    if (ids.size() > 1) {
      return ambiguous(reference, ids.size() + " secrets of the project have this key", "secret");
    }
    return new Target.Id(ids.getFirst(), Optional.of(key));
  }

  private static Target missing(String why) {
    return new Target.Done(new Outcome.Missing(why));
  }

  private static Target ambiguous(Reference reference, String why, String what) {
    return new Target.Done(
        new Outcome.Failed(
            PaleException.of(
                628, reference.text() + " is ambiguous", why, "name the " + what + " by its id")));
  }

  /**
   * The service refuses a whole batch for one id that is not there, so on a refusal the list tells
   * which are there and those are asked for again.
   */
  private Map<String, JsonObject> fetch(List<String> ids, Optional<Listing> known, SignedIn as) {
    Map<String, JsonObject> found = new LinkedHashMap<>();
    for (int at = 0; at < ids.size(); at += BATCH) {
      List<String> batch = ids.subList(at, Math.min(ids.size(), at + BATCH));
      if (!tryBatch(batch, found)) {
        Listing listing = known.isPresent() ? known.get() : list(as);
        known = Optional.of(listing);
        List<String> there = batch.stream().filter(listing::has).toList();
        if (!there.isEmpty() && there.size() < batch.size() && tryBatch(there, found)) {
          continue;
        }
        for (String id : there) {
          found.computeIfAbsent(id, this::one);
        }
      }
    }
    return found;
  }

  private boolean tryBatch(List<String> ids, Map<String, JsonObject> found) {
    JsonWriter body = new JsonWriter().beginObject().name("ids").beginArray();
    ids.forEach(body::value);
    byte[] bytes = body.endArray().endObject().toString().getBytes(StandardCharsets.UTF_8);
    try (HttpAnswer answer = session.send("POST", "/secrets/get-by-ids", bytes)) {
      if (answer.status() == 404) {
        return false;
      }
      JsonObject read = ok(answer, "secrets by their ids");
      for (JsonValue each : JsonAnswers.items(read, "data")) {
        JsonObject secret = Listing.object(each);
        String id = lower(Listing.text(secret, "id"));
        if (!ids.contains(id) || found.putIfAbsent(id, secret) != null) {
          throw JsonAnswers.notUnderstood(
              Session.SERVICE, "it holds a secret that was not asked for, or one twice");
        }
      }
      return true;
    }
  }

  private @org.jspecify.annotations.Nullable JsonObject one(String id) {
    try (HttpAnswer answer = session.send("GET", "/secrets/" + id, new byte[0])) {
      if (answer.status() == 404) {
        return null;
      }
      JsonObject secret = ok(answer, "a secret by its id");
      if (!lower(Listing.text(secret, "id")).equals(id)) {
        throw JsonAnswers.notUnderstood(Session.SERVICE, "it is another secret");
      }
      return secret;
    }
  }

  private JsonObject ok(HttpAnswer answer, String asked) {
    if (!answer.isOk()) {
      throw Refusals.of(
          Session.SERVICE + " at " + session.address(),
          asked,
          answer,
          "",
          "check the access token",
          "check what the machine account may read");
    }
    return JsonAnswers.object(answer, Session.SERVICE);
  }

  private static Outcome open(
      Reference reference, Target.Id target, Map<String, JsonObject> secrets, SignedIn as) {
    JsonObject secret = secrets.get(target.id());
    if (secret == null) {
      return new Outcome.Missing("no secret of this id that this machine account may read");
    }
    try {
      if (!lower(Listing.text(secret, "organizationId")).equals(lower(as.organization()))) {
        throw JsonAnswers.notUnderstood(Session.SERVICE, "the secret is of another organisation");
      }
      String what = "the secret of " + reference.text();
      if (target.key().isPresent()) {
        String key =
            EncString.openText(Listing.text(secret, "key"), as.key(), "the key of " + what);
        if (!key.equals(target.key().get())) {
          throw JsonAnswers.notUnderstood(
              Session.SERVICE, "the secret has another key than the list gave it");
        }
      }
      byte[] value = EncString.open(Listing.text(secret, "value"), as.key(), what);
      return new Outcome.Found(SecretValue.owning(reference.text(), value));
    } catch (PaleException e) {
      return new Outcome.Failed(e);
    }
  }

  private Listing list(SignedIn as) {
    String target = "/organizations/" + as.organization() + "/secrets";
    try (HttpAnswer answer = session.send("GET", target, new byte[0])) {
      return Listing.read(ok(answer, "the list of secrets"), as.key());
    }
  }

  @Override
  public Optional<List<Reference>> list(String under) {
    Listing listing = list(session.signedIn());
    return Optional.of(listing.references(scheme, under));
  }

  @Override
  public Health health() {
    try {
      SignedIn as = session.signedIn();
      return new Health.Usable(
          "machine account " + session.clientId(),
          "organisation " + as.organization() + " at " + session.address());
    } catch (PaleException e) {
      return new Health.Unusable(e);
    }
  }

  @Override
  public void close() {
    session.close();
  }

  private static String lower(String id) {
    return id.toLowerCase(Locale.ROOT);
  }
}
