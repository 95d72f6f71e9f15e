package dev.pale.cli.project;

import dev.pale.cli.help.HelpCommands;
import dev.pale.cli.inrepo.InRepoCommands;
import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Resolved;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.project.FoundProject;
import dev.pale.formats.project.InRepoValues;
import dev.pale.secrets.PaleException;
import dev.pale.vault.EnvironmentInfo;
import dev.pale.vault.LocalVault;
import dev.pale.vault.VaultAdmin;
import dev.pale.vault.VaultStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

@Command(
    name = "status",
    header = "Show the vault, the project and the environment that a call here is about.",
    description = {
      "Says where each answer comes from, whether the vault is locked, whether pale.toml is trusted,"
          + " and whether a coding agent was recognised above this call. Never asks for anything.",
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale status", "  pale status -e prod --json"})
final class StatusCommand extends PaleCommand {
  private final Map<String, String> facts = new LinkedHashMap<>();

  StatusCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    facts.put("version", HelpCommands.versionText());
    vault();
    project();
    String agent = session.context().agent();
    facts.put("agent", agent.isEmpty() ? "none recognised" : agent);
    if (session.screen().json()) {
      JsonWriter json = new JsonWriter().beginObject();
      facts.forEach(json::member);
      session.screen().document(json.endObject());
      return;
    }
    int widest = 0;
    for (String key : facts.keySet()) {
      widest = Math.max(widest, key.length());
    }
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      session
          .screen()
          .line(fact.getKey() + " ".repeat(widest - fact.getKey().length() + 2) + fact.getValue());
    }
  }

  private void vault() {
    facts.put("vault", session.context().folders().data().toString());
    if (!LocalVault.exists(session.context().folders())) {
      facts.put("state", "none yet; pale init makes one");
      return;
    }
    VaultStatus status = VaultAdmin.status(session.context().folders());
    if (status.locked() && status.slots().stream().anyMatch(s -> s.kind().equals("keychain"))) {
      // Asking the keychain could show a prompt, which a question for the state should not.
      facts.put("state", "locked; the keychain is asked when a value is needed");
      return;
    }
    try {
      facts.put(
          "state",
          "unlocked, " + Screen.count(session.vaultWithoutAsking().projects().size(), "project"));
    } catch (PaleException e) {
      facts.put(
          "state",
          (e.code() == 206 || e.code() == 235 ? "locked" : e.what()) + " [" + e.codeText() + "]");
    }
  }

  private void project() {
    Optional<FoundProject> found;
    try {
      found = session.project();
    } catch (PaleException e) {
      facts.put("pale.toml", e.what() + " [" + e.codeText() + "]");
      return;
    }
    facts.put("pale.toml", found.map(f -> f.path().toString()).orElse("none here or above"));
    if (found.isPresent()) {
      boolean needs = !found.get().file().needsTrust(session.config()).isEmpty();
      boolean trusted = session.trust().isTrusted(found.get().path(), found.get().bytes());
      facts.put("trust", !needs ? "not needed" : trusted ? "trusted" : "needed: pale trust");
    }
    Resolved where = session.resolvedOrEmpty();
    facts.put("project", from(where.project(), where.projectFrom()));
    facts.put("environment", from(where.environment(), where.environmentFrom()));
    if (found.isPresent() && found.get().file().hasInRepoValues()) {
      InRepoValues values = InRepoValues.of(found.get().file());
      int here = values.in(where.environment()).size();
      boolean accepted = InRepoCommands.differences(session, found.get()).isEmpty();
      facts.put(
          "in pale.toml",
          Screen.count(here, "encrypted value")
              + (accepted ? "" : "; recipients not accepted: pale trust"));
    }
    if (session.isOpen() && !where.project().isEmpty() && !where.environment().isEmpty()) {
      secrets(where);
    }
  }

  private void secrets(Resolved where) {
    try {
      for (EnvironmentInfo info : session.vault().environments(where.project())) {
        if (info.name().equals(where.environment())) {
          facts.put("secrets", Integer.toString(info.secrets()));
          return;
        }
      }
      facts.put("secrets", "the vault has no environment " + where.environment());
    } catch (PaleException e) {
      facts.put("secrets", e.what() + " [" + e.codeText() + "]");
    }
  }

  private static String from(String name, String source) {
    return name.isEmpty() ? "not said" : name + " (" + source + ")";
  }
}
