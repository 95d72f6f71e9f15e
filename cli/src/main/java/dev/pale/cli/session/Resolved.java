package dev.pale.cli.session;

import dev.pale.secrets.Place;

/**
 * The place that a call is about, and who said so.
 *
 * @param projectFrom for instance {@code --project} or {@code pale.toml}
 * @param environmentFrom for instance {@code -e} or {@code PALE_ENV}
 */
public record Resolved(
    String project, String projectFrom, String environment, String environmentFrom) {
  /** Whoever named it, a file or a person: Pale's own projects are not to be had by name. */
  public Resolved {
    Place.requireUnreserved(project);
  }

  /** As a place. */
  public Place place() {
    return new Place(project, environment);
  }
}
