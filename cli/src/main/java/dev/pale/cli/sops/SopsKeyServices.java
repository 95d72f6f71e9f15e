package dev.pale.cli.sops;

import dev.pale.cli.age.AgeCommands;
import dev.pale.cli.prompt.Prompt;
import dev.pale.cli.session.Session;
import dev.pale.secrets.SecretValue;
import dev.pale.sops.AgeKeyService;
import dev.pale.sops.KeyService;
import dev.pale.sops.KeySurroundings;
import dev.pale.sops.PgpKeyService;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What opens master keys: age and gpg on this machine, and the services that {@link
 * dev.pale.providers.KeyServices} lists.
 */
final class SopsKeyServices implements AutoCloseable {
  private final AgeKeyService age;
  private final PgpKeyService pgp;
  private final RemoteKeys remote;

  private SopsKeyServices(AgeKeyService age, PgpKeyService pgp, RemoteKeys remote) {
    this.age = age;
    this.pgp = pgp;
    this.remote = remote;
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
    return new SopsKeyServices(
        new AgeKeyService(around), new PgpKeyService(around), new RemoteKeys(session.context()));
  }

  private static Path home(Session session) {
    String home = session.context().variable("HOME");
    return Path.of(home.startsWith("/") ? home : "/nonexistent");
  }

  private static Optional<SecretValue> ask(Prompt prompt, String what) {
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
    return List.of(age, pgp, remote);
  }

  @Override
  public void close() {
    age.close();
    remote.close();
  }
}
