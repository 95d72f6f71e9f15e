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

  private final Optional<Path> recoveryFile;

  private NewVault(SecretValue recoveryCode, Optional<Path> keyFile, Optional<Path> recoveryFile) {
    this.recoveryCode = recoveryCode;
    this.keyFile = keyFile;
    this.recoveryFile = recoveryFile;
  }

  /**
   * Makes the vault where there is none and opens it in the session; empty when there is one.
   *
   * @param codeFile where the recovery code shall go; empty for the terminal or the JSON answer,
   *     and where there is neither, a file in the configuration folder
   */
  public static Optional<NewVault> makeIfMissing(
      Session session, UnlockWay way, Optional<Path> codeFile) {
    if (LocalVault.exists(session.context().folders())) {
      return Optional.empty();
    }
    session.refuseAgentsTo("init", "make the vault: its recovery code would be in its context");
    Optional<RecoveryFile> file = RecoveryFile.ifNeeded(session, codeFile);
    try {
      VaultAdmin.Created created =
          way.with(
              session,
              setup ->
                  VaultAdmin.create(session.context().folders(), setup, session.actor("init")));
      session.adopt(created.vault());
      file.ifPresent(f -> f.write(created.recoveryCode()));
      return Optional.of(
          new NewVault(created.recoveryCode(), created.keyFile(), file.map(RecoveryFile::path)));
    } finally {
      file.ifPresent(RecoveryFile::close);
    }
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
    showCode(session, recoveryCode, recoveryFile);
  }

  /**
   * Shows a recovery code on a terminal, or where it is when it went into a file: a log that
   * captures standard error never holds it.
   */
  static void showCode(Session session, SecretValue code, Optional<Path> file) {
    if (file.isPresent()) {
      session
          .screen()
          .remark(
              "the recovery code is in "
                  + file.get()
                  + ": move it away from this machine; it opens the vault when every other way is"
                  + " lost (pale vault recover)");
      return;
    }
    session
        .screen()
        .remark(
            "\nrecovery code, shown only now; write it down and keep it away from this machine:\n\n  "
                + text(code)
                + "\n\nit opens the vault when every other way is lost (pale vault recover)");
  }

  /** Adds the code and the key file to a JSON answer. */
  public void write(JsonWriter json) {
    writeCode(json, recoveryCode, recoveryFile);
    keyFile.ifPresent(path -> json.member("keyFile", path.toString()));
  }

  /** The code, or the file that it went into. */
  static void writeCode(JsonWriter json, SecretValue code, Optional<Path> file) {
    if (file.isPresent()) {
      json.member("recoveryFile", file.get().toString());
    } else {
      json.member("recoveryCode", text(code));
    }
  }

  private static String text(SecretValue code) {
    return new String(code.bytes(Reveal.SHOW), StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    recoveryCode.close();
  }
}
