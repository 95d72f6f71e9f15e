package dev.pale.cli.project;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "remove",
    header = "Trust a file no more.",
    footerHeading = "%nExamples:%n",
    footer = {"  pale trust remove", "  pale trust remove ~/old/pale.toml"})
final class TrustRemoveCommand extends PaleCommand {
  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "The file; default: the pale.toml here or above.")
  Optional<Path> file = Optional.empty();

  TrustRemoveCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    Path path =
        file.isPresent()
            ? canonical(session.context().cwd().resolve(file.get()))
            : TrustCommand.require(session).path();
    boolean wasKnown = session.known().forget(path);
    if (!session.trust().untrust(path) && !wasKnown) {
      throw PaleException.of(
          522, path + " is not trusted anyway", "", "pale trust list shows the trusted files");
    }
    session.recordWithoutKey("trust remove", true, path.toString());
    if (session.screen().json()) {
      session
          .screen()
          .document(
              new JsonWriter()
                  .beginObject()
                  .member("path", path.toString())
                  .member("trusted", false)
                  .endObject());
    }
    session.screen().remark(path + " is trusted no more");
  }

  /** A file that is gone has no real path any more, but may still be in the store. */
  private static Path canonical(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException gone) {
      return path.normalize();
    }
  }
}
