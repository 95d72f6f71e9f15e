package dev.pale.cli.reference;

import dev.pale.cli.provider.Stores;
import dev.pale.cli.session.Session;
import dev.pale.providers.Resolver;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks all stores for all references of a call at once: every required one, or none and one error
 * that lists what is missing.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>One row of the audit log names what was wanted and from where, before a value is given out
 *       and also when it was not to be had. Without the row there is no value.
 *   <li>A store that fails is never replaced by an older value silently.
 *   <li>Pale's own projects cannot be named.
 * </ul>
 *
 * <p>Used by one thread.
 */
public final class References implements AutoCloseable {
  /** For all stores together; each call to a store has its own, shorter limits. */
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static final int MOST_LISTED = 20;
  private static final int MAX_DETAIL = 16_000;

  private final Session session;
  private final Stores stores;
  private final String event;
  private final ReadRequest.Verb verb;
  private final Actor actor;
  private final boolean offline;

  /**
   * References of one call.
   *
   * @param event the audit row's event: {@code run}, {@code read}, {@code inject}
   * @param verb what values of the vault are for
   * @param offline whether only kept values may be used
   */
  public References(
      Session session, String event, ReadRequest.Verb verb, Actor actor, boolean offline) {
    this.session = session;
    this.stores = Stores.of(session);
    this.event = event;
    this.verb = verb;
    this.actor = actor;
    this.offline = offline;
  }

  /** Which schemes there are. */
  public Stores stores() {
    return stores;
  }

  /**
   * Reads a reference, after its variables were replaced.
   *
   * @param origin for the error, as {@code app.tpl:3:9}; may be empty
   * @throws PaleException 651 for what is none, 652 for one of no store
   */
  public Reference parse(String text, String origin) {
    Reference reference =
        Reference.tryParse(text)
            .orElseThrow(() ->
                PaleException.of(
                    651,
                    before(origin) + "not a reference",
                    "a reference is scheme://path, without control characters, at most "
                        + Reference.MAX_LENGTH
                        + " long",
                    "for instance op://vault/item/field or pale://project/env/NAME"));
    stores.requireKnown(reference.scheme(), before(origin));
    return reference;
  }

  private static String before(String origin) {
    return origin.isEmpty() ? "" : origin + ": ";
  }

  /**
   * The values.
   *
   * @return a value for each distinct reference; an optional one may be missing. The caller closes
   *     them
   * @throws PaleException 104 for a required one that is not there, 610 for several failures or one
   *     of another kind; nothing was given out
   */
  public Map<Reference, SecretValue> resolve(List<Wish> wishes) {
    Map<Reference, Outcome> outcomes = new HashMap<>();
    try {
      outcomes.putAll(ask(wishes));
      Optional<PaleException> failure = failure(wishes, outcomes);
      if (failure.isPresent()) {
        throw failure.get();
      }
      session.vault().record(event, true, detail(wishes, ""), actor);
    } catch (PaleException e) {
      outcomes.values().forEach(References::wipe);
      session.recordRefusal(event, detail(wishes, e.codeText() + ": "));
      throw e;
    } catch (RuntimeException | Error e) {
      outcomes.values().forEach(References::wipe);
      throw e;
    }
    Map<Reference, SecretValue> values = new HashMap<>();
    outcomes.forEach((reference, outcome) -> {
      if (outcome instanceof Outcome.Found(SecretValue value)) {
        values.put(reference, value);
      }
    });
    return values;
  }

  private Map<Reference, Outcome> ask(List<Wish> wishes) {
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    Map<String, Provider> open = new HashMap<>();
    List<Reference> references = new ArrayList<>();
    Map<Reference, Outcome> outcomes;
    try (Resolver resolver =
        new Resolver(scheme -> java.util.Objects.requireNonNull(open.get(scheme)), LIMIT)) {
      // Opened here, one after the other: the vault may have to ask for a passphrase.
      for (Wish wish : wishes) {
        String scheme = wish.reference().scheme();
        references.add(wish.reference());
        if (!open.containsKey(scheme)) {
          open.put(scheme, stores.open(scheme, verb, actor, offline, told));
        }
      }
      outcomes = resolver.outcomes(references);
    } finally {
      open.values().forEach(Provider::close);
    }
    for (String line : new java.util.TreeSet<>(told)) {
      session.screen().always("pale: " + line);
    }
    return outcomes;
  }

  private static Optional<PaleException> failure(
      List<Wish> wishes, Map<Reference, Outcome> outcomes) {
    List<Wish> missing = new ArrayList<>();
    StringBuilder why = new StringBuilder();
    LinkedHashSet<String> mends = new LinkedHashSet<>();
    int failed = 0;
    for (Wish wish : wishes) {
      String line;
      switch (java.util.Objects.requireNonNull(outcomes.get(wish.reference()))) {
        case Outcome.Found found -> {
          continue;
        }
        case Outcome.Missing(String text) -> {
          if (wish.optional()) {
            continue;
          }
          missing.add(wish);
          line = text.isEmpty() ? "it is not there" : text;
        }
        case Outcome.Failed(PaleException e) -> {
          line = e.what() + (e.why().isEmpty() ? "" : ": " + e.why()) + " [" + e.codeText() + "]";
          if (!e.mend().isEmpty() && mends.size() < 3) {
            mends.add(e.mend());
          }
        }
      }
      failed++;
      if (failed <= MOST_LISTED) {
        why.append(why.isEmpty() ? "" : "\n").append(before(wish.origin()));
        why.append(wish.reference()).append(": ").append(line);
      }
    }
    if (failed == 0) {
      return Optional.empty();
    }
    if (failed > MOST_LISTED) {
      why.append("\nand ").append(failed - MOST_LISTED).append(" more");
    }
    if (failed == 1 && missing.size() == 1) {
      return Optional.of(
          PaleException.of(
              104,
              missing.getFirst().label() + " is not in its store",
              why.toString(),
              "put it there, or correct the reference"));
    }
    return Optional.of(
        PaleException.of(
            610,
            failed == 1 ? "a reference cannot be read" : failed + " references cannot be read",
            why.toString(),
            String.join("; ", mends)));
  }

  private static void wipe(Outcome outcome) {
    if (outcome instanceof Outcome.Found(SecretValue value)) {
      value.close();
    }
  }

  /** What was wanted from where, as one line; a row is not made longer than a row should be. */
  private static String detail(List<Wish> wishes, String before) {
    Map<String, String> lines = new TreeMap<>();
    for (Wish wish : wishes) {
      lines.merge(wish.reference().text(), wish.label(), (a, b) -> a.equals(b) ? a : a + ", " + b);
    }
    StringBuilder detail = new StringBuilder(before);
    int told = 0;
    for (Map.Entry<String, String> line : lines.entrySet()) {
      if (detail.length() > MAX_DETAIL) {
        detail.append("; and ").append(lines.size() - told).append(" more");
        break;
      }
      detail.append(told++ == 0 ? "" : "; ").append(line.getValue());
      detail.append(" from ").append(line.getKey());
    }
    return detail.toString();
  }

  @Override
  public void close() {
    stores.close();
  }
}
