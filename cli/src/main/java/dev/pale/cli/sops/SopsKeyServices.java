package dev.pale.cli.sops;

import dev.pale.cli.age.AgeCommands;
import dev.pale.cli.prompt.Prompt;
import dev.pale.cli.session.Session;
import dev.pale.sops.AgeKeyService;
import dev.pale.sops.KeyService;
import dev.pale.sops.KeySurroundings;
import dev.pale.sops.PgpKeyService;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What opens master keys: the one place where key services are listed.
 *
 * <p>A service of another kind of key is added to {@link #of}; the first that serves a key is
 * asked.
 */
final class SopsKeyServices implements AutoCloseable {
  private final AgeKeyService age;
  private final List<KeyService> all;

  private SopsKeyServices(AgeKeyService age, List<KeyService> all) {
    this.age = age;
    this.all = all;
  }

  /** The services of a call; none of them does anything before it is asked. */
  static SopsKeyServices of(Session session) {
    KeySurroundings around =
        new KeySurroundings(
            session.context().environment(),
            home(session),
            session.context().cwd(),
            what -> ask(session.prompt(), what),
            AgeCommands.plugins(session.context()));
    AgeKeyService age = new AgeKeyService(around);
    return new SopsKeyServices(age, List.of(age, new PgpKeyService(around)));
  }

  private static Path home(Session session) {
    String home = session.context().variable("HOME");
    return Path.of(home.startsWith("/") ? home : "/nonexistent");
  }

  private static Optional<dev.pale.secrets.SecretValue> ask(Prompt prompt, String what) {
    return prompt.canAsk()
        ? Optional.of(
            prompt.hidden(
                "passphrase",
                "passphrase of " + what + " (not shown): ",
                "an identity without a passphrase in SOPS_AGE_KEY_FILE"))
        : Optional.empty();
  }

  /** The services, in the order in which they are asked. */
  List<KeyService> all() {
    return all;
  }

  @Override
  public void close() {
    age.close();
  }
}
