package dev.pale.vault;

import dev.pale.secrets.Actor;
import dev.pale.secrets.Audit;
import dev.pale.secrets.Place;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretSource;
import dev.pale.secrets.SecretValue;
import java.util.List;
import java.util.SortedMap;

/**
 * An open, unlocked vault: local or remote, no caller may know which.
 *
 * <p>Every call is one transaction: it happens whole, together with its audit row, or not at all.
 * Every write of a value makes a new version. Unknown places and names, and anything that cannot be
 * authenticated, are {@link dev.pale.secrets.PaleException}s.
 *
 * <p>Thread-safe. Several processes may have the same vault open.
 */
public interface Vault extends SecretSource, Audit, AutoCloseable {
  /** All projects, by name. */
  List<ProjectInfo> projects();

  /** Creates a project with no environment; error 110 when it exists. */
  void createProject(String project, Actor actor);

  /** The environments of a project, by name; error 111 when the project is unknown. */
  List<EnvironmentInfo> environments(String project);

  /** Whether there is such an environment. Not audited, gives nothing out. */
  default boolean has(Place place) {
    return projects().stream().anyMatch(p -> p.name().equals(place.project()))
        && environments(place.project()).stream()
            .anyMatch(e -> e.name().equals(place.environment()));
  }

  /** Creates an empty environment; error 112 when it exists, 111 when the project does not. */
  void createEnvironment(Place place, Actor actor);

  /** Copies the current values of one environment into a new one of the same or another project. */
  void copyEnvironment(Place from, Place to, Actor actor);

  /** Deletes an environment with all its versions, at once and for ever (crypto-shredding). */
  void deleteEnvironment(Place place, Actor actor);

  /**
   * What is in an environment, names only, by name; soft-deleted ones are included and marked.
   * Audited.
   */
  List<SecretInfo> list(Place place, Actor actor);

  /**
   * Writes a value as a new version and returns its number; a soft-deleted name comes back to life.
   */
  int set(Place place, SecretName name, SecretValue value, Actor actor);

  /**
   * Writes several values in one transaction; returns the version of each. Values equal to the
   * current one make no version.
   */
  SortedMap<SecretName, Integer> setAll(
      Place place, SortedMap<SecretName, SecretValue> values, Actor actor);

  /**
   * Soft-deletes a secret: it is gone for readers, and can be restored until the retention time has
   * passed.
   */
  void unset(Place place, SecretName name, Actor actor);

  /** Takes a soft delete back; returns the current version. */
  int restore(Place place, SecretName name, Actor actor);

  /** All versions of a secret, newest first. Audited. */
  List<VersionInfo> history(Place place, SecretName name, Actor actor);

  /** Makes a new version equal to an old one; returns its number. */
  int rollback(Place place, SecretName name, int version, Actor actor);

  /** Compares two environments without giving a value out. Audited. */
  List<Difference> diff(Place left, Place right, Actor actor);

  /**
   * A counter that grows with every change of the environment; for {@code run --watch}. Not
   * audited, gives nothing out.
   */
  long revision(Place place);

  /** Audit rows, oldest first, that match the filter. */
  List<AuditRow> auditRows(AuditFilter filter);

  /** Checks the audit chain; the result names the first bad row. */
  AuditCheck verifyAudit();

  /** Forgets the keys and closes. Never throws. */
  @Override
  void close();
}
