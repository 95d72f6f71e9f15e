package dev.pale.cli.keep;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import dev.pale.vault.AuditCheck;
import dev.pale.vault.VaultCheck;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "verify",
    header = "Read every value and check every tag, every list and the audit log.",
    description = {"Ends with status 1 and names each bad row when there is one."},
    footerHeading = "%nExamples:%n",
    footer = {"  pale vault verify", "  pale vault verify --json"})
final class VaultVerifyCommand extends PaleCommand {

  VaultVerifyCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    VaultCheck check = session.admin().verify(session.actor("vault verify"));
    boolean intact = check.audit() instanceof AuditCheck.Intact;
    Screen screen = session.screen();
    if (screen.json()) {
      JsonWriter json =
          new JsonWriter()
              .beginObject()
              .member("sound", intact && check.problems().isEmpty())
              .member("projects", check.projects())
              .member("environments", check.environments())
              .member("values", check.values())
              .member("shredded", check.shredded())
              .member("auditIntact", intact);
      json.name("problems").beginArray();
      check.problems().forEach(json::value);
      screen.document(json.endArray().endObject());
    }
    List<String> problems = new ArrayList<>(check.problems());
    if (check.audit() instanceof AuditCheck.Broken broken) {
      problems.add("audit row " + broken.sequence() + ": " + broken.why());
    }
    if (!problems.isEmpty()) {
      throw PaleException.of(
          155,
          "the vault is not sound: " + Screen.count(problems.size(), "problem"),
          String.join("\n", problems),
          "keep a copy of the file, then pale vault restore FILE --replace");
    }
    screen.remark(
        "the vault is sound: "
            + Screen.count(check.values(), "value")
            + " of "
            + Screen.count(check.environments(), "environment")
            + " read and authenticated, the audit log is intact");
  }
}
