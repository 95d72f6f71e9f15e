package dev.pale.cli.keep;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.screen.Span;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "purge",
    header = "Destroy deleted secrets for ever, before their retention time has passed.",
    description = {
      "Destroys the keys of all versions of secrets that were deleted at least that long ago. Backups keep what they hold."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale vault purge --older-than 7d", "  pale vault purge --older-than 0s --yes"})
final class VaultPurgeCommand extends PaleCommand {
  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      required = true,
      description = "Deleted at least so long ago: 0s, 12h, 7d.")
  String olderThan = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  VaultPurgeCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgentsTo("vault purge", "destroy secrets for ever");
    Duration age = Span.parse(olderThan, "--older-than");
    if (!yes
        && !session
            .prompt()
            .confirm(
                "destroy all secrets that were deleted at least " + Span.text(age) + " ago?",
                "add --yes")) {
      throw PaleException.of(147, "nothing was destroyed", "the answer was not yes", "");
    }
    int purged = session.admin().purge(age, session.actor("vault purge"));
    if (session.screen().json()) {
      session
          .screen()
          .document(new JsonWriter().beginObject().member("purged", (long) purged).endObject());
    }
    session.screen().remark(Screen.count(purged, "deleted secret") + " destroyed");
  }
}
