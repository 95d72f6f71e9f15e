package dev.pale.cli.sops;

import dev.pale.cli.session.Session;
import dev.pale.delivery.ChildEnvironment;
import dev.pale.delivery.Launch;
import dev.pale.delivery.Launcher;
import dev.pale.secrets.Needles;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.sops.Decrypted;
import dev.pale.sops.SopsFile;
import dev.pale.sops.SopsNode;
import dev.pale.system.Hardening;
import dev.pale.system.SignalState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "exec-env",
    header = "Run a command with a file's values in its environment.",
    description = {
      "Runs /bin/sh -c COMMAND. Every top entry of the file becomes a variable; an entry that holds"
          + " others is an error. Output is masked by the rules of pale run.",
      "",
      "Limits: COMMAND is read by a shell, so its quoting is yours. Anything that runs as you can"
          + " read the environment of the command."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale sops exec-env secrets.env ./server",
      "  pale sops exec-env --pristine secrets.json /usr/bin/env"
    })
final class ExecEnvCommand extends SopsCommand {
  private static final String NAME_CHARACTERS = "[A-Za-z0-9_.-]+";

  @Parameters(index = "0", paramLabel = "FILE", arity = "0..1", description = "Encrypted file.")
  String name = "";

  @Parameters(
      index = "1",
      paramLabel = "COMMAND",
      arity = "0..1",
      description = "For the shell, as one argument.")
  String command = "";

  @Option(names = "--pristine", description = "Give the command these variables and no others.")
  boolean pristine;

  @Option(
      names = "--same-process",
      description = "Become the command where output need not be masked.")
  boolean sameProcess;

  @Option(
      names = "--allow-dangerous-name",
      description = "Accept names that steer a loader or an interpreter, such as LD_PRELOAD.")
  boolean allowDangerousName;

  @Mixin ExecOptions exec = new ExecOptions();

  private int status;

  ExecEnvCommand(Session session) {
    super(session);
  }

  @Override
  protected int status() {
    return status;
  }

  @Override
  protected void perform() {
    exec.check();
    if (command.isEmpty()) {
      throw PaleException.of(
          489, "exec-env needs a file and a command", "", "pale sops exec-env FILE 'COMMAND'");
    }
    session.requireReason("sops exec-env");
    ChildEnvironment environment =
        pristine ? ChildEnvironment.empty() : ChildEnvironment.ofCaller();
    Hardening.closeDoors();
    try (SopsWork work = SopsWork.on(session, options, name)) {
      boolean masked = exec.isMasked(session, sameProcess);
      SopsFile sealed = work.sealed();
      byte[] dataKey = work.dataKey(sealed);
      Needles needles = Needles.builder().build();
      try (Decrypted opened = work.open(sealed, dataKey)) {
        for (SopsNode.Entry entry : opened.tree().documents().getFirst().entries()) {
          if (!entry.isComment()) {
            put(environment, entry);
          }
        }
        if (masked) {
          needles = SopsNeedles.of(sealed.sealedTree(), opened.tree());
          ExecOptions.tellUnmasked(session, needles);
        }
        work.record("exec-env", "");
      } finally {
        Arrays.fill(dataKey, (byte) 0);
      }
      Needles shown = needles;
      Launch launch = Launch.ofText(List.of("/bin/sh", "-c", command), environment);
      launch
          .runtimeFolder(session.context().folders().runtime())
          .signals(
              SignalState.ofHex(
                  System.getProperty("pale.sigign", ""), System.getProperty("pale.sigblk", "")));
      if (masked) {
        launch.masked(() -> shown);
      } else if (!sameProcess) {
        launch.supervised();
      }
      session.close();
      session.context().out().flush();
      session.context().err().flush();
      status = Launcher.run(launch);
    }
  }

  private void put(ChildEnvironment environment, SopsNode.Entry entry) {
    String key = entry.key();
    if (!(entry.value() instanceof SopsNode.Leaf leaf)) {
      throw unusable(key, "it holds other values, and a variable is one text");
    }
    byte[] value = text(leaf);
    if (SecretName.isValid(key)) {
      SecretName secret = SecretName.of(key);
      if (secret.isDangerous() && !allowDangerousName) {
        throw unusable(key, "it steers a loader, an interpreter or Pale");
      }
      try (SecretValue given = SecretValue.owning(key, value)) {
        environment.setSecret(secret, given);
      }
      return;
    }
    // Not for a shell, but programs read such names; BASH_FUNC_x%% would be code.
    if (!key.matches(NAME_CHARACTERS)) {
      throw unusable(key, "a variable's name holds letters, digits, _, - and .");
    }
    try {
      environment.set(key, value);
    } catch (IllegalArgumentException e) {
      throw unusable(key, "its value holds a NUL byte");
    } finally {
      Arrays.fill(value, (byte) 0);
    }
  }

  /** As sops writes values of other types than text into .env files. */
  private static byte[] text(SopsNode.Leaf leaf) {
    byte[] bytes = leaf.bytes();
    return leaf.type() == SopsNode.Type.BOOL
        ? new String(bytes, StandardCharsets.US_ASCII)
            .toLowerCase(Locale.ROOT)
            .getBytes(StandardCharsets.US_ASCII)
        : bytes;
  }

  private static PaleException unusable(String key, String why) {
    String shown = key.length() > 80 ? key.substring(0, 80) + "…" : key;
    return PaleException.of(
        493,
        "the entry " + shown + " cannot be a variable of the command",
        why,
        why.contains("steers")
            ? "rename it, or add --allow-dangerous-name"
            : "pale sops exec-file gives the command the whole file");
  }
}
