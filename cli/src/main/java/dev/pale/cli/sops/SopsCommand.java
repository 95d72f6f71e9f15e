package dev.pale.cli.sops;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import dev.pale.sops.Decrypted;
import dev.pale.sops.SopsFile;
import dev.pale.sops.SopsTree;
import dev.pale.system.Folders;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;

/** What the commands on one file have in common. */
abstract class SopsCommand extends PaleCommand {
  /** What an agent can do instead of looking at values. */
  static final String AGENTS_MEND =
      "pale sops exec-env FILE COMMAND gives the values to the command alone";

  @Mixin FileOptions options = new FileOptions();

  SopsCommand(Session session) {
    super(session);
  }

  /** A coding agent gets no plaintext; each command that would give some begins with this. */
  void refuseAgents(String command, SopsWork work) {
    session.refuseAgents("sops " + command, work.name(), AGENTS_MEND);
    session.requireReason("sops " + command);
  }

  /** Who changes the readers of a file can make itself one. */
  void refuseAgentsToChangeReaders(String command) {
    session.refuseAgentsTo("sops " + command, "change who can read a SOPS file");
  }

  /** Writes a result: over the file, into another, or to standard output. */
  void deliver(
      SopsWork work, byte[] content, boolean inPlace, String output, WholeFile.Content kind) {
    if (inPlace) {
      WholeFile.write(work.file(), content, kind);
      written(work.name());
    } else if (!output.isEmpty()) {
      Path target = session.context().cwd().resolve(output);
      WholeFile.refuseLink(target);
      WholeFile.write(target, content, kind);
      written(output);
    } else {
      PrintStream out = session.context().out();
      out.write(content, 0, content.length);
      out.flush();
    }
  }

  static void requireOneTarget(boolean inPlace, String output) {
    if (inPlace && !output.isEmpty()) {
      throw PaleException.of(
          488, "--in-place and --output exclude each other", "", "use one of them");
    }
  }

  void written(String name) {
    if (session.screen().json()) {
      session.screen().document(new JsonWriter().beginObject().member("written", name).endObject());
    }
  }

  /**
   * Changes the tree of an encrypted file in place; what does not change keeps its ciphertext.
   *
   * @return whether the file was written
   */
  boolean change(SopsWork work, boolean unlessSame, UnaryOperator<SopsTree> how) {
    Path state = Folders.create(session.context().folders().state(), session.context().uid());
    // Two calls at once: the second would undo the first, and a value would be gone.
    try (FileChannel lock =
            FileChannel.open(
                state.resolve("sops.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = lock.lock()) {
      return changeAlone(work, unlessSame, how);
    } catch (IOException e) {
      throw PaleException.of(
          490,
          "cannot lock the change of " + work.name(),
          e.getClass().getSimpleName() + " in " + state,
          "check the folder's mode and the space there",
          e);
    }
  }

  private static boolean changeAlone(
      SopsWork work, boolean unlessSame, UnaryOperator<SopsTree> how) {
    SopsFile sealed = work.sealed();
    byte[] dataKey = work.dataKey(sealed);
    try (Decrypted opened = work.open(sealed, dataKey)) {
      SopsTree changed = how.apply(opened.tree());
      if (unlessSame && SopsTree.same(changed, opened.tree())) {
        return false;
      }
      SopsFile result =
          SopsFile.encrypt(
              sealed.format(), changed, sealed.metadata(), dataKey, opened.stash(), work.now());
      WholeFile.write(
          work.file(),
          result.emit(work.output(), work.indent(work.output())),
          WholeFile.Content.SEALED);
      return true;
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }
}
