package dev.pale.cli.session;

import dev.pale.cli.context.ActorFactory;
import dev.pale.cli.context.Context;
import dev.pale.cli.inrepo.InRepo;
import dev.pale.cli.prompt.Echo;
import dev.pale.cli.prompt.Prompt;
import dev.pale.cli.screen.Screen;
import dev.pale.formats.DidYouMean;
import dev.pale.formats.project.FoundProject;
import dev.pale.formats.project.KnownProjects;
import dev.pale.formats.project.ProjectFile;
import dev.pale.formats.project.ProjectFinder;
import dev.pale.formats.project.RequireReason;
import dev.pale.formats.project.TrustStore;
import dev.pale.formats.project.UserConfig;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import dev.pale.vault.EnvironmentInfo;
import dev.pale.vault.LocalVault;
import dev.pale.vault.ProjectInfo;
import dev.pale.vault.Unlocking;
import dev.pale.vault.Vault;
import dev.pale.vault.VaultAdmin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * One call of Pale: opens things when a command first asks for them and closes them at the end.
 *
 * <p>A flag beats an environment variable beats {@code pale.toml}. Not thread-safe.
 */
public final class Session implements AutoCloseable {
  private Context context;
  private boolean marksRead;
  private final Echo echo;
  private final Globals globals = new Globals();
  private @Nullable Vault vault;
  private Optional<FoundProject> project = Optional.empty();
  private boolean searched;
  private boolean quiet;
  private @Nullable UserConfig config;

  /** A session in these surroundings. */
  public Session(Context context, Echo echo) {
    this.context = context;
    this.echo = echo;
  }

  /** The surroundings. */
  public Context context() {
    if (!marksRead) {
      marksRead = true;
      context = withOwnMarks();
    }
    return context;
  }

  /** Agents that the user's config names by a variable count like those that Pale knows. */
  private Context withOwnMarks() {
    if (context.isAgent()) {
      return context;
    }
    try {
      for (String mark : config().agentMarks()) {
        if (!context.variable(mark).isEmpty()) {
          return context.asAgent(mark);
        }
      }
    } catch (PaleException unreadable) {
      // Whatever gives out values reads the config again, and fails there.
    }
    return context;
  }

  /** The global options, filled once the command line was read. */
  public Globals globals() {
    return globals;
  }

  /** Where results go. */
  public Screen screen() {
    return Screen.of(context(), globals.json, globals.noColour);
  }

  /** Where questions go. */
  public Prompt prompt() {
    return new Prompt(context(), echo);
  }

  /** The {@code pale.toml} of the current folder, checked; empty when there is none. */
  public Optional<FoundProject> project() {
    if (!searched) {
      String home = context().variable("HOME");
      project =
          ProjectFinder.find(
              context().cwd(), Path.of(home.startsWith("/") ? home : "/"), context().uid());
      searched = true;
    }
    return project;
  }

  /** What {@code pale.toml} says; {@link ProjectFile#empty()} when there is none. */
  public ProjectFile projectFile() {
    return project().map(FoundProject::file).orElseGet(ProjectFile::empty);
  }

  /** Forgets what was read of {@code pale.toml}, after it was written. */
  public void projectChanged() {
    searched = false;
  }

  /** The user's own settings. */
  public UserConfig config() {
    UserConfig loaded = config;
    if (loaded == null) {
      loaded = UserConfig.load(context.folders().config(), context.uid());
      config = loaded;
    }
    return loaded;
  }

  /** Which files the user trusts; creates the state folder. */
  public TrustStore trust() {
    return new TrustStore(Folders.create(context().folders().state(), context().uid()));
  }

  /** The project that the call is about and who said so; empty texts when nobody did. */
  public Resolved resolvedOrEmpty() {
    ProjectFile file =
        globals.project.isEmpty() || globals.environment.isEmpty()
            ? projectFile()
            : ProjectFile.empty();
    String project = globals.project;
    String projectFrom = project.isEmpty() ? "" : "--project";
    if (project.isEmpty() && file.project().isPresent()) {
      project = file.project().get();
      projectFrom = ProjectFile.NAME;
    }
    String environment = globals.environment;
    String environmentFrom = environment.isEmpty() ? "" : "--env";
    if (environment.isEmpty() && !context().variable("PALE_ENV").isEmpty()) {
      environment = context().variable("PALE_ENV");
      environmentFrom = "PALE_ENV";
    }
    if (environment.isEmpty() && file.environment().isPresent()) {
      environment = file.environment().get();
      environmentFrom = ProjectFile.NAME;
    }
    return new Resolved(project, projectFrom, environment, environmentFrom);
  }

  /** The project that the call is about; error 132 when nothing says which. */
  public String projectName() {
    Resolved resolved = resolvedOrEmpty();
    String name = resolved.project();
    if (name.isEmpty()) {
      throw PaleException.usage(
          132,
          "no project is named",
          "there is no pale.toml here or above, and no --project",
          "pale init, or add --project NAME");
    }
    requireKnown(resolved);
    return Place.requireSegment("project", name);
  }

  /**
   * A {@code pale.toml} speaks for a project only where the user has said so: else a repository
   * that was just cloned could name one of the user's projects and get its values.
   *
   * @throws PaleException 512 when the file names a project that it is not known for
   */
  public void requireKnown(Resolved resolved) {
    if (!resolved.projectFrom().equals(ProjectFile.NAME)) {
      return;
    }
    FoundProject found = project().orElse(null);
    Optional<String> environment =
        resolved.environmentFrom().equals(ProjectFile.NAME)
            ? Optional.of(resolved.environment())
            : Optional.empty();
    if (found != null && !known().mayUse(found.path(), resolved.project(), environment)) {
      if (!quiet) {
        recordWithoutKey(
            "trust", false, found.path() + " is not known for project " + resolved.project());
      }
      throw PaleException.of(
          512,
          found.path()
              + " is not known here for project "
              + resolved.project()
              + environment.map(name -> ", environment " + name).orElse(""),
          "a file that came with a repository could name any of your projects",
          "pale init for a new project; pale trust if the file may use this one");
    }
  }

  /** Which files may speak for which project; creates the state folder. */
  public KnownProjects known() {
    return new KnownProjects(Folders.create(context.folders().state(), context.uid()));
  }

  /** The place that the call is about; error 132 when project or environment is open. */
  public Place place() {
    String projectName = projectName();
    String environment = resolvedOrEmpty().environment();
    if (environment.isEmpty()) {
      throw PaleException.usage(
          132,
          "no environment is named",
          "neither --env nor PALE_ENV nor pale.toml says which",
          "add -e dev, or environment = \"dev\" to pale.toml");
    }
    return new Place(projectName, environment);
  }

  /** A place from an argument: {@code ENV}, or {@code PROJECT/ENV}. */
  public Place place(String argument) {
    int slash = argument.indexOf('/');
    return slash < 0
        ? new Place(projectName(), argument)
        : new Place(
            Place.requireUnreserved(argument.substring(0, slash)), argument.substring(slash + 1));
  }

  /**
   * Who does this.
   *
   * @param command what was called, without anything that may hold a value
   */
  public Actor actor(String command) {
    return ActorFactory.of(context(), command, globals.reason);
  }

  /** The open vault. The first call may ask for a passphrase. */
  public Vault vault() {
    Vault open = vault;
    if (open == null) {
      open = Vaults.open(this);
      vault = open;
    }
    return open;
  }

  /**
   * The values of a place: those of the vault and, where {@code pale.toml} holds some itself, those
   * as well. What only reads values comes here.
   */
  public SortedMap<SecretName, SecretValue> values(ReadRequest request) {
    return projectFile().hasInRepoValues() ? InRepo.read(this, request) : vault().read(request);
  }

  /** The open vault, unlocked by what needs no question; error 206 when a question is needed. */
  public Vault vaultWithoutAsking() {
    Vault open = vault;
    if (open == null) {
      open = Vaults.openSilently(this);
      vault = open;
    }
    return open;
  }

  /** Takes a vault that was just made as the open one. */
  public void adopt(LocalVault made) {
    vault = made;
  }

  /** The open vault's administration. */
  public VaultAdmin admin() {
    vault();
    if (vault instanceof LocalVault local) {
      return local.admin();
    }
    throw PaleException.of(
        152, "this vault is not on this machine", "", "use the server's own administration");
  }

  /** With what the vault is unlocked, holding the key for the time that the user's config says. */
  public Unlocking unlocking() {
    return Vaults.unlocking(this);
  }

  /** Whether the vault is open already. */
  public boolean isOpen() {
    return vault != null;
  }

  /**
   * Ends the call when an agent makes it: values are for people, agents get them through {@code
   * run}. The refusal is recorded where the vault can be opened; nothing is given out either way.
   *
   * @param command {@code get}, {@code export} or {@code edit}
   * @param detail which names, for the audit log
   */
  public void refuseAgents(String command, String detail) {
    if (!context().isAgent()) {
      return;
    }
    recordRefusal(command, detail + ": a coding agent gets no value");
    throw PaleException.of(
        520,
        "pale " + command + " gives no values to a coding agent (" + context().agent() + ")",
        "values that an agent reads end up in its context, its logs and its provider's",
        "pale run -- COMMAND gives the values to the command alone, in its environment");
  }

  /**
   * Ends the call when an agent makes it, for what needs a person and gives no value.
   *
   * @param deed what it would do, as the end of the sentence "a coding agent cannot"
   */
  public void refuseAgentsTo(String command, String deed) {
    if (context().isAgent()) {
      recordRefusal(command, "a coding agent cannot " + deed);
      throw PaleException.of(
          523,
          "a coding agent (" + context().agent() + ") cannot " + deed,
          "this decides what agents may do, shows what opens the vault, or cannot be undone",
          "a person runs pale " + command + " in a terminal of their own");
    }
  }

  /** Asks for {@code --reason} where the user's config or {@code pale.toml} requires it. */
  public void requireReason(String command) {
    RequireReason own = config().requireReason();
    RequireReason file = projectFile().requireReason().orElse(RequireReason.NEVER);
    RequireReason strictest = own.compareTo(file) >= 0 ? own : file;
    boolean wanted =
        switch (strictest) {
          case NEVER -> false;
          case AGENTS -> context().isAgent();
          case ALL -> true;
        };
    if (wanted && globals.reason.isBlank()) {
      recordRefusal(command, "no reason was stated");
      throw PaleException.usage(
          521,
          "a reason must be stated",
          "require_reason is set in " + (own == strictest ? "your config.toml" : "pale.toml"),
          "add --reason \"why you need it\"");
    }
  }

  /** Records that something was refused, where the vault can be opened. */
  public void recordRefusal(String command, String detail) {
    try {
      vault().record(command, false, detail, actor(command));
    } catch (PaleException locked) {
      // Nothing can be given out now; what can still be noted is noted.
      noteRefusal(command, detail);
    }
  }

  /**
   * Records what needs no key, and must not ask for one: in the log where the vault is open or, for
   * what is allowed, opens silently; else for the next transaction to take in. Does nothing where
   * there is no vault.
   */
  public void recordWithoutKey(String command, boolean allowed, String detail) {
    try {
      if (isOpen() || allowed) {
        vaultWithoutAsking().record(command, allowed, detail, actor(command));
        return;
      }
    } catch (PaleException locked) {
      // What can still be noted is noted.
    }
    try {
      VaultAdmin.recordLater(context().folders(), command, allowed, detail, actor(command));
    } catch (PaleException none) {
      // There is no vault, or its file cannot be written; nothing is given out by this.
    }
  }

  /** Records no refusals from here on: a shell that completes a word tries nothing. */
  public void quiet() {
    quiet = true;
  }

  private void noteRefusal(String command, String detail) {
    try {
      VaultAdmin.recordDenied(context().folders(), command, detail, actor(command));
    } catch (PaleException none) {
      // There is no vault, or its file cannot be written.
    }
  }

  /** Adds the environment that was probably meant to an error about one that is not there. */
  public PaleException withPlaceSuggestion(PaleException missing, Place place) {
    List<String> known = new ArrayList<>();
    if (missing.code() == 111) {
      for (ProjectInfo info : vault().projects()) {
        known.add(info.name());
      }
      return told(missing, known, place.project());
    }
    if (missing.code() == 113) {
      for (EnvironmentInfo info : vault().environments(place.project())) {
        known.add(info.name());
      }
      return told(missing, known, place.environment());
    }
    return missing;
  }

  private static PaleException told(PaleException missing, List<String> known, String wrong) {
    Optional<String> meant = DidYouMean.nearest(wrong, known);
    return meant.isEmpty()
        ? missing
        : PaleException.of(
            missing.code(),
            missing.what(),
            (missing.why().isEmpty() ? "" : missing.why() + "; ")
                + "did you mean "
                + meant.get()
                + "?",
            missing.mend());
  }

  @Override
  public void close() {
    Vault open = vault;
    if (open != null) {
      vault = null;
      open.close();
    }
  }
}
