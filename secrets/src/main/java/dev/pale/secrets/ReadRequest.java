package dev.pale.secrets;

import java.util.Set;

/**
 * A request for values.
 *
 * @param place the environment
 * @param names the names wanted; with {@code all}, names that must not be given out
 * @param all whether every secret of the place is wanted except {@code names}
 * @param verb what the values are for, as the audit log records it
 * @param actor who asks
 */
public record ReadRequest(Place place, Set<SecretName> names, boolean all, Verb verb, Actor actor) {
  public ReadRequest {
    names = Set.copyOf(names);
  }

  /** What values are asked for. */
  public enum Verb {
    /** One value for a person. */
    GET,
    /** Values for a child process. */
    RUN,
    /** Values into a file or pipe. */
    EXPORT,
    /** Values into an editor. */
    EDIT,
    /** Values compared inside Pale; only names leave. */
    COMPARE,
    /** Values for the gateway, which gives a child process placeholders of them. */
    GATEWAY,
    /** Credentials with which Pale itself asks an external store. */
    STORE
  }

  /** All secrets of a place. */
  public static ReadRequest all(Place place, Verb verb, Actor actor) {
    return new ReadRequest(place, Set.of(), true, verb, actor);
  }

  /** All secrets of a place but these. */
  public static ReadRequest allExcept(Place place, Set<SecretName> names, Verb verb, Actor actor) {
    return new ReadRequest(place, names, true, verb, actor);
  }

  /** Exactly these; a missing one is an error. */
  public static ReadRequest only(Place place, Set<SecretName> names, Verb verb, Actor actor) {
    return new ReadRequest(place, names, false, verb, actor);
  }
}
