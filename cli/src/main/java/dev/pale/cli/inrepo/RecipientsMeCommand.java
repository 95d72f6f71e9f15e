package dev.pale.cli.inrepo;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import java.util.Optional;
import picocli.CommandLine.Command;

@Command(
    name = "me",
    header = "Print the recipient that teammates add for you.",
    description = {
      "The identity behind it is made at the first call and stays in the vault, in a project that no"
          + " pale.toml can name. A recipient is no secret."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale recipients me", "  pale recipients add \"$(pale recipients me)\""})
final class RecipientsMeCommand extends PaleCommand {
  RecipientsMeCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    String recipient;
    Optional<AgeIdentity> known = Identities.ofVault(session);
    try (AgeIdentity identity = known.orElseGet(this::made)) {
      recipient = identity.recipient().text();
    }
    if (session.screen().json()) {
      session
          .screen()
          .document(new JsonWriter().beginObject().member("recipient", recipient).endObject());
    } else {
      session.screen().line(recipient);
    }
  }

  private AgeIdentity made() {
    Actor actor = session.actor("recipients me");
    exists(() -> session.vault().createProject(Identities.PLACE.project(), actor));
    exists(() -> session.vault().createEnvironment(Identities.PLACE, actor));
    AgeIdentity identity = AgeIdentity.generate();
    try (SecretValue value = SecretValue.owning(Identities.NAME.text(), identity.secretText())) {
      session.vault().set(Identities.PLACE, Identities.NAME, value, actor);
    }
    session.screen().remark("a new identity is in your vault");
    return identity;
  }

  private static void exists(Runnable make) {
    try {
      make.run();
    } catch (PaleException there) {
      if (there.code() != 110 && there.code() != 112) {
        throw there;
      }
    }
  }
}
