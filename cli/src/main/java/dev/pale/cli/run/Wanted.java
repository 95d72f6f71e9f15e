package dev.pale.cli.run;

import dev.pale.cli.session.Session;
import dev.pale.formats.DidYouMean;
import dev.pale.formats.project.Deliver;
import dev.pale.formats.project.ProjectFile;
import dev.pale.formats.project.SecretDeclaration;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which secrets a run wants, and how each is delivered. What is delivered by the gateway or never
 * is not even read.
 */
final class Wanted {
  private final Place place;
  private final boolean only;
  private final Set<SecretName> names;
  private final Map<SecretName, SecretDeclaration> declared;

  /** What comes from elsewhere; null when nothing does. */
  private @Nullable Outside outside;

  private Wanted(
      Place place,
      boolean only,
      Set<SecretName> names,
      Map<SecretName, SecretDeclaration> declared,
      @Nullable Outside outside) {
    this.place = place;
    this.only = only;
    this.names = names;
    this.declared = declared;
    this.outside = outside;
  }

  /** What {@code pale.toml} and the options ask for. */
  static Wanted of(Session session, RunArguments arguments) {
    ProjectFile file = session.projectFile();
    Map<SecretName, SecretDeclaration> declared = new HashMap<>();
    Set<SecretName> withheld = new TreeSet<>();
    Set<SecretName> elsewhere = new TreeSet<>();
    Outside outside = null;
    for (SecretDeclaration declaration : file.secrets()) {
      declared.put(declaration.name(), declaration);
      if (declaration.deliver() == Deliver.GATEWAY || declaration.deliver() == Deliver.NEVER) {
        withheld.add(declaration.name());
      } else if (!declaration.from().isEmpty() && wants(arguments, declaration.name())) {
        outside = outside == null ? new Outside(session) : outside;
        outside.addSecret(declaration);
        elsewhere.add(declaration.name());
      }
    }
    Set<SecretName> names = new TreeSet<>(arguments.names);
    if (arguments.only) {
      for (SecretName name : names) {
        if (withheld.contains(name)) {
          throw PaleException.of(
              312,
              "secret " + name + " is not delivered to commands",
              "pale.toml line "
                  + line(declared, name)
                  + " says deliver = \""
                  + lower(declared, name)
                  + "\"",
              lower(declared, name).equals("gateway")
                  ? "pale gateway run -- COMMAND gives a placeholder of it; or leave it out of --only"
                  : "leave it out of --only, or change deliver to \"env\"");
        }
      }
      names.removeAll(elsewhere);
    } else {
      names.addAll(withheld);
      names.addAll(elsewhere);
    }
    return new Wanted(session.place(), arguments.only, names, declared, outside);
  }

  private static boolean wants(RunArguments arguments, SecretName name) {
    return arguments.names.contains(name) == arguments.only;
  }

  private static int line(Map<SecretName, SecretDeclaration> declared, SecretName name) {
    SecretDeclaration declaration = declared.get(name);
    return declaration == null ? 0 : declaration.line();
  }

  private static String lower(Map<SecretName, SecretDeclaration> declared, SecretName name) {
    SecretDeclaration declaration = declared.get(name);
    return declaration != null && declaration.deliver() == Deliver.GATEWAY ? "gateway" : "never";
  }

  /** What comes from elsewhere than the place itself; null when nothing does. */
  @Nullable Outside outside() {
    return outside;
  }

  /** Adds what {@code --env-file} brings from elsewhere. */
  void outside(@Nullable Outside more) {
    outside = more;
  }

  /** The environment that the values come from. */
  Place place() {
    return place;
  }

  /** How a secret is delivered. */
  Deliver delivery(SecretName name) {
    SecretDeclaration declaration = declared.get(name);
    return declaration == null ? Deliver.ENV : declaration.deliver();
  }

  /**
   * Asks the vault, once, and then all other stores together; a required secret that is missing is
   * an error and nothing is given out.
   */
  SortedMap<SecretName, SecretValue> read(Session session, Actor actor) {
    ReadRequest request =
        only
            ? ReadRequest.only(place, names, ReadRequest.Verb.RUN, actor)
            : ReadRequest.allExcept(place, names, ReadRequest.Verb.RUN, actor);
    SortedMap<SecretName, SecretValue> values;
    try {
      values = session.values(request);
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, place);
    }
    if (!only) {
      for (SecretDeclaration declaration : session.projectFile().secrets()) {
        SecretName name = declaration.name();
        if (!declaration.optional() && !names.contains(name) && !values.containsKey(name)) {
          throw missing(declaration, values);
        }
      }
    }
    Outside more = outside;
    if (more != null) {
      more.read(actor, values);
    }
    return values;
  }

  private PaleException missing(
      SecretDeclaration declaration, SortedMap<SecretName, SecretValue> values) {
    List<String> known = new ArrayList<>();
    for (SecretName name : values.keySet()) {
      known.add(name.text());
    }
    String name = declaration.name().text();
    String meant =
        DidYouMean.nearest(name, known).map(n -> " (did you mean " + n + "?)").orElse("");
    int count = values.size();
    for (SecretValue value : values.values()) {
      value.close();
    }
    return PaleException.of(
        104,
        "secret " + name + " is not in " + place,
        "pale.toml line "
            + declaration.line()
            + " requires it; "
            + place.environment()
            + " has "
            + (count == 1 ? "1 secret" : count + " secrets")
            + ", none with that name"
            + meant,
        "pale set " + name + " -e " + place.environment());
  }
}
