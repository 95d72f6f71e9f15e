package dev.pale.cli.run;

import dev.pale.cli.provider.Stores;
import dev.pale.cli.reference.References;
import dev.pale.cli.reference.TemplateText;
import dev.pale.cli.reference.Wish;
import dev.pale.cli.session.Session;
import dev.pale.delivery.ChildEnvironment;
import dev.pale.formats.dotenv.DotenvEntry;
import dev.pale.formats.project.FoundProject;
import dev.pale.formats.project.SecretDeclaration;
import dev.pale.formats.template.Template;
import dev.pale.secrets.Actor;
import dev.pale.secrets.Needles;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.Reference;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run takes from elsewhere than its own environment of the vault: {@code from} of {@code
 * pale.toml}, and references in {@code --env-file}. Loaded only by runs that have one.
 *
 * <p>Masked are the variables' values and each part that came from a store.
 */
public final class Outside {
  private final Session session;

  /** What the values are for, and what the audit log calls it. */
  private final String event;

  private final ReadRequest.Verb verb;

  /** Knows schemes; each reading has its own, so that stores are asked anew. */
  private final References schemes;

  private final Map<SecretName, SecretDeclaration> secrets = new TreeMap<>();
  private final SortedMap<SecretName, Variable> variables = new TreeMap<>();
  private boolean offline;

  /** References in the files; each is remembered, asked for and recorded. */
  private int wanted;

  /** The values of the variables, of the last reading. */
  private SortedMap<SecretName, SecretValue> composed = new TreeMap<>();

  /** What stores gave for parts of variables, each under the variable's name. */
  private List<Part> parts = List.of();

  Outside(Session session) {
    this(session, "run", ReadRequest.Verb.RUN);
  }

  /**
   * What comes from elsewhere, for another command than {@code pale run}.
   *
   * @param event the audit row's event
   * @param verb what values of the vault are for
   */
  public Outside(Session session, String event, ReadRequest.Verb verb) {
    this.session = session;
    this.event = event;
    this.verb = verb;
    this.schemes = new References(session, event, verb, session.actor(event), false);
  }

  /** A variable with references in it, and whether an agent may use the file that has it. */
  private record Variable(TemplateText text, String file, boolean trusted) {}

  /** A piece of a variable's value. */
  private record Part(String label, SecretValue value) {}

  /** A secret that {@code pale.toml} takes from elsewhere. */
  public void addSecret(SecretDeclaration declaration) {
    Reference reference = reference(declaration);
    if (!Stores.isOutside(reference.scheme())) {
      requireKnown(declaration, Stores.place(reference));
    }
    secrets.put(declaration.name(), declaration);
  }

  private Reference reference(SecretDeclaration declaration) {
    return schemes.parse(declaration.from(), origin(declaration));
  }

  private static String origin(SecretDeclaration declaration) {
    return "pale.toml line " + declaration.line();
  }

  /**
   * A file that is not trusted speaks for the place that it is known for and no other, whatever
   * place this run is about.
   */
  private void requireKnown(SecretDeclaration declaration, Place place) {
    FoundProject found = session.project().orElse(null);
    if (found == null
        || session.trust().isTrusted(found.path(), found.bytes())
        || session
            .known()
            .mayUse(found.path(), place.project(), Optional.of(place.environment()))) {
      return;
    }
    session.recordRefusal(event, found.path() + " is not known for " + place);
    throw PaleException.of(
        512,
        found.path() + " is not known here for " + place,
        origin(declaration) + " takes " + declaration.name() + " from there",
        "read the file, then: pale trust");
  }

  /**
   * A variable of an {@code --env-file}.
   *
   * @return false when it holds no reference and is a plain value
   */
  boolean addVariable(Path file, byte[] bytes, String shown, DotenvEntry entry) {
    TemplateText text =
        TemplateText.ofVariable(
            entry.value().bytes(Reveal.CHILD_ENVIRONMENT),
            shown + ":" + entry.line(),
            entry.name().text(),
            session,
            schemes);
    if (text.isPlain()) {
      return false;
    }
    wanted += text.wishes().size();
    if (wanted > Template.MAX_REFERENCES) {
      throw PaleException.of(
          655,
          shown + " has more than " + Template.MAX_REFERENCES + " references",
          "all files of --env-file together may have that many",
          "no command needs that many");
    }
    boolean trusted = !session.context().isAgent() || session.trust().isTrusted(file, bytes);
    variables.put(entry.name(), new Variable(text, shown, trusted));
    return true;
  }

  /** A later file gives the variable a plain value. */
  void dropVariable(SecretName name) {
    variables.remove(name);
  }

  /** Everything was added. */
  public void ready(boolean asOffline) {
    offline = asOffline;
    requireTrustForAgents();
  }

  /**
   * An agent can write a file and name it: what it takes from other places than the run's own, a
   * person has to have looked at. Nobody has looked at what a variable puts there, and the agent
   * sets the variables.
   */
  private void requireTrustForAgents() {
    if (!session.context().isAgent() || variables.isEmpty()) {
      return;
    }
    Place own = session.place();
    for (Variable variable : variables.values()) {
      for (Wish wish : variable.text.wishes()) {
        boolean inside =
            !Stores.isOutside(wish.reference().scheme())
                && Stores.place(wish.reference()).equals(own);
        if (!inside && variable.trusted && variable.text.isSteered()) {
          session.recordRefusal(
              "run", variable.file + " leaves it to a variable: it takes " + wish.reference());
          throw PaleException.of(
              659,
              variable.file + " leaves to a variable what a coding agent takes",
              wish.origin() + " takes a value from outside of " + own + ", as the agent says",
              "write the reference without variables, then: pale trust " + variable.file);
        }
        if (!inside && !variable.trusted) {
          session.recordRefusal(
              "run", variable.file + " is not trusted: it takes " + wish.reference());
          throw PaleException.of(
              659,
              variable.file + " is not trusted, and a coding agent names it",
              wish.origin() + " takes a value from outside of " + own,
              "a person reads the file, then: pale trust " + variable.file);
        }
      }
    }
  }

  /**
   * Asks all stores at once.
   *
   * @param values gets the secrets; on failure everything in it is wiped
   */
  public void read(Actor actor, SortedMap<SecretName, SecretValue> values) {
    List<Wish> wishes = new ArrayList<>();
    for (SecretDeclaration each : secrets.values()) {
      wishes.add(new Wish(each.name().text(), reference(each), origin(each), each.optional()));
    }
    for (Variable each : variables.values()) {
      wishes.addAll(each.text.wishes());
    }
    if (wishes.isEmpty()) {
      return;
    }
    Map<Reference, SecretValue> found;
    try (References references = new References(session, event, verb, actor, offline)) {
      found = references.resolve(wishes);
    } catch (RuntimeException | Error e) {
      values.values().forEach(SecretValue::close);
      throw e;
    }
    try {
      take(values, found);
    } finally {
      found.values().forEach(SecretValue::close);
    }
  }

  private void take(SortedMap<SecretName, SecretValue> values, Map<Reference, SecretValue> found) {
    for (SecretDeclaration each : secrets.values()) {
      SecretValue value = found.get(reference(each));
      if (value != null) {
        values.put(each.name(), copy(each.name().text(), value));
      }
    }
    SortedMap<SecretName, SecretValue> fresh = new TreeMap<>();
    List<Part> pieces = new ArrayList<>();
    variables.forEach((name, variable) -> {
      fresh.put(name, SecretValue.owning(name.text(), variable.text.fill(found)));
      Map<Reference, Boolean> seen = new HashMap<>();
      for (Wish wish : variable.text.wishes()) {
        SecretValue value = found.get(wish.reference());
        if (value != null && seen.put(wish.reference(), true) == null) {
          pieces.add(new Part(name.text(), copy(name.text(), value)));
        }
      }
    });
    composed = fresh;
    parts = pieces;
  }

  private static SecretValue copy(String label, SecretValue value) {
    return SecretValue.copyOf(label, value.bytes(Reveal.CHILD_ENVIRONMENT));
  }

  /** Sets the variables; a secret of the same name wins. */
  void deliver(ChildEnvironment environment, SortedMap<SecretName, SecretValue> values) {
    composed.forEach((name, value) -> {
      if (!values.containsKey(name)) {
        environment.setSecret(name, value);
      }
    });
  }

  /** Everything that is delivered. */
  SortedMap<SecretName, SecretValue> all(SortedMap<SecretName, SecretValue> values) {
    SortedMap<SecretName, SecretValue> all = new TreeMap<>(composed);
    all.putAll(values);
    return all;
  }

  /** What is masked: everything that is delivered, and what it was composed of. */
  Needles needles(SortedMap<SecretName, SecretValue> values) {
    Needles.Builder needles = Needles.builder();
    all(values).forEach(needles::add);
    for (Part part : parts) {
      @Nullable SecretValue whole = composed.get(SecretName.of(part.label));
      if (whole == null || !whole.equals(part.value)) {
        needles.add(part.label, part.value.bytes(Reveal.MASK));
      }
    }
    return needles.build();
  }
}
