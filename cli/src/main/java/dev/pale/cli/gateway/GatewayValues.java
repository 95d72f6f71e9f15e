package dev.pale.cli.gateway;

import dev.pale.cli.run.Outside;
import dev.pale.cli.session.Session;
import dev.pale.formats.project.SecretDeclaration;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the values of a plan: those of the vault in one request with its audit row, then all other
 * stores together.
 */
final class GatewayValues {
  static final String EVENT = "gateway";

  private static final int MISSING = 104;

  private GatewayValues() {}

  /**
   * The values; the caller closes them.
   *
   * @throws PaleException as vault and stores do; a required secret that is missing is an error and
   *     nothing is given out
   */
  static SortedMap<SecretName, SecretValue> read(Session session, GatewayPlan plan, Actor actor) {
    Set<SecretName> required = new HashSet<>();
    Set<SecretName> optional = new HashSet<>();
    Outside outside = null;
    for (PlannedSecret secret : plan.secrets()) {
      if (!secret.from().isEmpty()) {
        outside = outside == null ? new Outside(session, EVENT, ReadRequest.Verb.GATEWAY) : outside;
        outside.addSecret(declaration(session, secret.name()));
      } else if (secret.optional()) {
        optional.add(secret.name());
      } else {
        required.add(secret.name());
      }
    }
    SortedMap<SecretName, SecretValue> values = new TreeMap<>();
    try {
      if (!required.isEmpty()) {
        values.putAll(ofPlace(session, required, actor));
      }
      for (SecretName name : optional) {
        values.putAll(ifThere(session, name, actor));
      }
      if (outside != null) {
        outside.ready(false);
        outside.read(actor, values);
      }
      return values;
    } catch (RuntimeException | Error e) {
      close(values);
      throw e;
    }
  }

  /** Wipes them. */
  static void close(SortedMap<SecretName, SecretValue> values) {
    values.values().forEach(SecretValue::close);
  }

  private static SecretDeclaration declaration(Session session, SecretName name) {
    for (SecretDeclaration each : session.projectFile().secrets()) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    throw new IllegalStateException("a plan is made of declared secrets");
  }

  private static SortedMap<SecretName, SecretValue> ofPlace(
      Session session, Set<SecretName> names, Actor actor) {
    Place place = session.place();
    try {
      return session.values(ReadRequest.only(place, names, ReadRequest.Verb.GATEWAY, actor));
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, place);
    }
  }

  private static SortedMap<SecretName, SecretValue> ifThere(
      Session session, SecretName name, Actor actor) {
    try {
      return ofPlace(session, Set.of(name), actor);
    } catch (PaleException e) {
      if (e.code() == MISSING) {
        return new TreeMap<>();
      }
      throw e;
    }
  }
}
