package dev.pale.cli.keep;

import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.LocalVault;
import dev.pale.vault.VaultAdmin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** A vault that was just made, and its recovery code, which is shown once. */
public final class NewVault implements AutoCloseable {
  private final SecretValue recoveryCode;
  private final Optional<Path> keyFile;

  private NewVault(SecretValue recoveryCode, Optional<Path> keyFile) {
    this.recoveryCode = recoveryCode;
    this.keyFile = keyFile;
  }

  /** Makes the vault where there is none and opens it in the session; empty when there is one. */
  public static Optional<NewVault> makeIfMissing(Session session, UnlockWay way) {
    if (LocalVault.exists(session.context().folders())) {
      return Optional.empty();
    }
    session.refuseAgentsTo("init", "make the vault: its recovery code would be in its context");
    VaultAdmin.Created created =
        way.with(
            session,
            setup -> VaultAdmin.create(session.context().folders(), setup, session.actor("init")));
    session.adopt(created.vault());
    return Optional.of(new NewVault(created.recoveryCode(), created.keyFile()));
  }

  /** Shows the code and what the way of unlocking means, on standard error. */
  public void show(Session session) {
    if (keyFile.isPresent()) {
      session
          .screen()
          .remark(
              "the vault opens with the key file "
                  + keyFile.get()
                  + ": whoever can read that file and the vault can read the secrets");
    }
    showCode(session, recoveryCode);
  }

  /** Shows a recovery code. It goes to a person only, never into a file or the audit log. */
  static void showCode(Session session, SecretValue code) {
    session
        .screen()
        .remark(
            "\nrecovery code, shown only now; write it down and keep it away from this machine:\n\n  "
                + text(code)
                + "\n\nit opens the vault when every other way is lost (pale vault recover)");
  }

  /** Adds the code and the key file to a JSON answer. */
  public void write(JsonWriter json) {
    json.member("recoveryCode", text(recoveryCode));
    keyFile.ifPresent(path -> json.member("keyFile", path.toString()));
  }

  static String text(SecretValue code) {
    return new String(code.bytes(Reveal.SHOW), StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    recoveryCode.close();
  }
}
