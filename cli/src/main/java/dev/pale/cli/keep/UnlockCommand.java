package dev.pale.cli.keep;

import dev.pale.cli.screen.Span;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import dev.pale.vault.Unlocking;
import dev.pale.vault.VaultAdmin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "unlock",
    header = "Unlock the vault for a time.",
    description = {
      "The kernel's keyring of your login holds the key until the time is over, you log out, or pale lock.",
      "",
      "Limits: while the vault is unlocked, every program of yours can ask Pale for values, and the kernel's keyring for the key."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale unlock", "  pale unlock --for 30m"})
final class UnlockCommand extends PaleCommand {
  private static final Duration LONGEST = Duration.ofDays(7);

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "How long: 30m, 8h; default: key_cache_seconds of your config.toml.")
  Optional<String> span = Optional.empty();

  @Option(names = "--key-file", paramLabel = "PATH", description = "Use this key file.")
  Optional<Path> keyFile = Optional.empty();

  @Option(
      names = "--identity",
      paramLabel = "PATH",
      description = "Use this age identity or ssh private key.")
  Optional<Path> identity = Optional.empty();

  UnlockCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgentsTo("unlock", "keep the vault unlocked");
    Unlocking config = session.unlocking();
    Duration time =
        span.map(text -> Span.parse(text, "--for"))
            .orElse(Duration.ofSeconds(config.holdSeconds()));
    if (time.isZero() || time.compareTo(LONGEST) > 0) {
      throw PaleException.usage(
          148, "--for takes more than nothing and at most 7 days", "", "--for 8h");
    }
    Unlocking unlocking =
        new Unlocking(
            keyFile.map(path -> session.context().cwd().resolve(path)),
            identity.map(path -> session.context().cwd().resolve(path)),
            config.prompt(),
            Math.toIntExact(time.toSeconds()));
    boolean held = VaultAdmin.unlock(session.context().folders(), unlocking);
    if (session.screen().json()) {
      session
          .screen()
          .document(
              new JsonWriter()
                  .beginObject()
                  .member("unlocked", true)
                  .member("held", held)
                  .member("seconds", held ? time.toSeconds() : 0)
                  .endObject());
    }
    session
        .screen()
        .remark(
            held
                ? "the vault is unlocked for " + Span.text(time)
                : "the vault opens, but this system's kernel keeps no key; it is asked for each time");
  }
}
