package dev.pale.cli.sops;

import dev.pale.cli.session.Session;
import dev.pale.delivery.ChildEnvironment;
import dev.pale.delivery.Launch;
import dev.pale.delivery.Launcher;
import dev.pale.delivery.MemoryRoot;
import dev.pale.secrets.Needles;
import dev.pale.secrets.PaleException;
import dev.pale.sops.Decrypted;
import dev.pale.sops.SopsFile;
import dev.pale.system.Hardening;
import dev.pale.system.MemoryFiles;
import dev.pale.system.SignalState;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "exec-file",
    header = "Run a command that reads the plain file from a fifo.",
    description = {
      "Runs /bin/sh -c COMMAND, in which {} stands for the path of a fifo with the plain file. It is"
          + " in memory, in a folder that only you can enter, and can be read once; with --no-fifo it"
          + " is a file there, until the command ends. Output is masked by the rules of pale run.",
      "",
      "Limits: COMMAND is read by a shell, so its quoting is yours. Anything that runs as you can"
          + " read the file while it is there."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale sops exec-file secrets.yaml 'deploy<{}'",
      "  pale sops exec-file --no-fifo --filename key.pem key.enc 'openssl<{}'"
    })
final class ExecFileCommand extends SopsCommand {
  @Parameters(index = "0", paramLabel = "FILE", arity = "0..1", description = "Encrypted file.")
  String name = "";

  @Parameters(
      index = "1",
      paramLabel = "COMMAND",
      arity = "0..1",
      description = "For the shell, as one argument; {} is the path.")
  String command = "";

  @Option(names = "--no-fifo", description = "Make a file instead of a fifo.")
  boolean noFifo;

  @Option(
      names = "--filename",
      paramLabel = "NAME",
      description = "The name of the fifo or file; default: tmp-file.")
  String filename = "tmp-file";

  @Mixin ExecOptions exec = new ExecOptions();

  private int status;

  ExecFileCommand(Session session) {
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
          489, "exec-file needs a file and a command", "", "pale sops exec-file FILE 'COMMAND {}'");
    }
    if (!filename.matches("[A-Za-z0-9_.+@=-]{1,200}") || filename.matches("\\.+")) {
      throw PaleException.of(
          488, "--filename is a name, not a path", "letters, digits and _.+@=-", "");
    }
    session.requireReason("sops exec-file");
    ChildEnvironment environment = ChildEnvironment.ofCaller();
    Hardening.closeDoors();
    try (SopsWork work = SopsWork.on(session, options, name)) {
      boolean masked = exec.isMasked(session, false);
      SopsFile sealed = work.sealed();
      byte[] dataKey = work.dataKey(sealed);
      Needles needles = Needles.builder().build();
      byte[] plain = new byte[0];
      try (Decrypted opened = work.open(sealed, dataKey)) {
        plain = opened.tree().emit(work.output(), work.indent(work.output()));
        if (masked) {
          needles = SopsNeedles.of(sealed.sealedTree(), opened.tree());
          ExecOptions.tellUnmasked(session, needles);
        }
        work.record("exec-file", "");
        session.close();
        status = run(environment, plain, masked, needles);
      } finally {
        Arrays.fill(dataKey, (byte) 0);
        Arrays.fill(plain, (byte) 0);
        needles.close();
      }
    }
  }

  private int run(ChildEnvironment environment, byte[] plain, boolean masked, Needles needles) {
    try (MemoryRoot folder =
        MemoryRoot.create(
            session.context().folders().runtime(), "use pale sops exec-env FILE COMMAND")) {
      Path file = folder.path().resolve(filename);
      if (noFifo) {
        write(file, plain);
      } else {
        MemoryFiles.makeFifo(file);
        serve(file, plain);
      }
      Launch launch =
          Launch.ofText(
                  List.of("/bin/sh", "-c", command.replace("{}", file.toString())), environment)
              .runtimeFolder(session.context().folders().runtime())
              .supervised()
              .signals(
                  SignalState.ofHex(
                      System.getProperty("pale.sigign", ""),
                      System.getProperty("pale.sigblk", "")));
      if (masked) {
        launch.masked(() -> needles);
      }
      session.context().out().flush();
      session.context().err().flush();
      return Launcher.run(launch);
    }
  }

  /** Hands the content to the first reader; a command that never reads does not hold up the end. */
  private static void serve(Path fifo, byte[] plain) {
    byte[] own = plain.clone();
    Thread thread =
        new Thread(
            () -> {
              try (OutputStream out = Files.newOutputStream(fifo, StandardOpenOption.WRITE)) {
                out.write(own);
              } catch (IOException readerGone) {
                // The reader left before it had everything, or the folder is gone.
              } finally {
                Arrays.fill(own, (byte) 0);
              }
            },
            "pale-fifo");
    thread.setDaemon(true);
    thread.start();
  }

  private static void write(Path file, byte[] bytes) {
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
