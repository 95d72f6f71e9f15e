package dev.pale.vault;

import dev.pale.secrets.Actor;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.SortedMap;

/**
 * The vault on this machine: one SQLite file in the data folder. Call {@link #open}; {@link
 * VaultAdmin} makes, unlocks, backs up and repairs it.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>The file holds no value in clear, and no key that opens one without the root key. It does
 *       hold names, dates and the audit log in clear.
 *   <li>A row that was changed, moved, deleted, put back or made by somebody without the root key
 *       is an error that names it; it is never read as something else.
 *   <li>A value leaves only after the audit row that tells of it was committed to the disk.
 *   <li>A whole file put back to an older state is noticed as long as the state folder was not put
 *       back with it. Who can write both, and who can read the key, is not stopped.
 * </ul>
 *
 * <p>Thread-safe: one call at a time. Other processes may have the vault open; writers wait for
 * each other up to 30 s.
 */
public final class LocalVault implements Vault {
  private final Session session;

  LocalVault(Session session) {
    this.session = session;
  }

  /** Whether there is a vault in the data folder. */
  public static boolean exists(Folders folders) {
    return Files.exists(Database.fileIn(folders));
  }

  /**
   * Opens and unlocks the vault.
   *
   * @throws dev.pale.secrets.PaleException 200 when there is none, 201 for a wrong key, 206 when it
   *     is locked and nobody can be asked, 204 for a newer format, 210 to 219 when the file cannot
   *     be used
   */
  public static LocalVault open(Folders folders, Unlocking unlocking) {
    return open(folders, unlocking, InstantSource.system());
  }

  static LocalVault open(Folders folders, Unlocking unlocking, InstantSource clock) {
    return new LocalVault(Session.open(folders, unlocking, clock));
  }

  /** The administration of this open vault. */
  public VaultAdmin admin() {
    return new VaultAdmin(this, session);
  }

  private static Session.Refusal refusal(String event, Place place, String names) {
    return new Session.Refusal(event, place.toString(), names);
  }

  @Override
  public synchronized SortedMap<SecretName, SecretValue> read(ReadRequest request) {
    StringBuilder names = new StringBuilder();
    if (!request.all()) {
      for (SecretName name : request.names()) {
        names.append(names.isEmpty() ? "" : " ").append(name.text());
      }
    }
    // Should the commit fail, the values must not outlive this call.
    SortedMap<SecretName, SecretValue>[] given = emptyHolder();
    try {
      return session.write(
          request.actor(),
          refusal(Reading.event(request.verb()), request.place(), names.toString()),
          new Session.Work<SortedMap<SecretName, SecretValue>>() {
            @Override
            public SortedMap<SecretName, SecretValue> run(Transaction tx) {
              SortedMap<SecretName, SecretValue> values = Reading.read(tx, request);
              given[0] = values;
              return values;
            }
          });
    } catch (RuntimeException | Error e) {
      if (given[0] != null) {
        Reading.close(given[0]);
      }
      throw e;
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static SortedMap<SecretName, SecretValue>[] emptyHolder() {
    return new SortedMap[1];
  }

  @Override
  public synchronized void record(String event, boolean allowed, String detail, Actor actor) {
    session.write(
        actor,
        new Session.Refusal(event, "", ""),
        tx -> {
          tx.audit(new AuditLog.Entry(event, allowed, "", 0, "", detail), actor);
          return true;
        });
  }

  @Override
  public synchronized List<ProjectInfo> projects() {
    return session.look(Places::projects);
  }

  @Override
  public synchronized void createProject(String project, Actor actor) {
    session.write(
        actor,
        new Session.Refusal("create-project", "", ""),
        tx -> {
          Places.createProject(tx, project, actor);
          return true;
        });
  }

  @Override
  public synchronized List<EnvironmentInfo> environments(String project) {
    return session.look(tx -> Places.environments(tx, project));
  }

  @Override
  public synchronized void createEnvironment(Place place, Actor actor) {
    session.write(
        actor,
        refusal("create-environment", place, ""),
        tx -> {
          tx.audit("create-environment", Places.createEnvironment(tx, place), "", "", actor);
          return true;
        });
  }

  @Override
  public synchronized void copyEnvironment(Place from, Place to, Actor actor) {
    session.write(
        actor,
        refusal("copy", to, ""),
        tx -> {
          Places.copy(tx, from, to, actor);
          return true;
        });
  }

  @Override
  public synchronized void deleteEnvironment(Place place, Actor actor) {
    session.write(
        actor,
        refusal("delete-environment", place, ""),
        tx -> {
          Places.delete(tx, place, actor);
          return true;
        });
    session.forgetOldPages();
  }

  @Override
  public synchronized List<SecretInfo> list(Place place, Actor actor) {
    return session.write(actor, refusal("list", place, ""), tx -> Browsing.list(tx, place, actor));
  }

  @Override
  public synchronized int set(Place place, SecretName name, SecretValue value, Actor actor) {
    return session.write(
        actor,
        refusal("set", place, name.text()),
        tx -> Writing.in(tx, place).set(name, value, actor));
  }

  @Override
  public synchronized SortedMap<SecretName, Integer> setAll(
      Place place, SortedMap<SecretName, SecretValue> values, Actor actor) {
    String event = actor.command().startsWith("edit") ? "edit" : "import";
    return session.write(
        actor,
        refusal(event, place, Reading.names(values)),
        tx -> Writing.in(tx, place).setAll(values, event, actor));
  }

  @Override
  public synchronized void unset(Place place, SecretName name, Actor actor) {
    session.write(
        actor,
        refusal("unset", place, name.text()),
        tx -> {
          Writing.in(tx, place).unset(name, actor);
          return true;
        });
  }

  @Override
  public synchronized int restore(Place place, SecretName name, Actor actor) {
    return session.write(
        actor,
        refusal("restore", place, name.text()),
        tx -> Writing.in(tx, place).restore(name, actor));
  }

  @Override
  public synchronized List<VersionInfo> history(Place place, SecretName name, Actor actor) {
    return session.write(
        actor,
        refusal("history", place, name.text()),
        tx -> Browsing.history(tx, place, name, actor));
  }

  @Override
  public synchronized int rollback(Place place, SecretName name, int version, Actor actor) {
    return session.write(
        actor,
        refusal("rollback", place, name.text()),
        tx -> Writing.in(tx, place).rollback(name, version, actor));
  }

  @Override
  public synchronized List<Difference> diff(Place left, Place right, Actor actor) {
    return session.write(
        actor, refusal("diff", left, ""), tx -> Browsing.diff(tx, left, right, actor));
  }

  @Override
  public synchronized long revision(Place place) {
    return session.look(tx -> Environment.load(tx, place).revision());
  }

  @Override
  public synchronized List<AuditRow> auditRows(AuditFilter filter) {
    return session.look(tx -> AuditLog.rows(tx.db, filter));
  }

  @Override
  public synchronized AuditCheck verifyAudit() {
    return session.look(tx -> AuditLog.verify(tx.db, tx.meta, tx.keys.auditKey()));
  }

  @Override
  public synchronized void close() {
    session.close();
  }
}
