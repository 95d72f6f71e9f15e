package dev.pale.cli.sops;

import dev.pale.cli.edit.Editor;
import dev.pale.cli.session.Session;
import dev.pale.delivery.MemoryRoot;
import dev.pale.secrets.PaleException;
import dev.pale.sops.DataKeys;
import dev.pale.sops.Decrypted;
import dev.pale.sops.MasterKey;
import dev.pale.sops.MasterKeys;
import dev.pale.sops.SopsFile;
import dev.pale.sops.SopsFormat;
import dev.pale.sops.SopsMetadata;
import dev.pale.sops.SopsStash;
import dev.pale.sops.SopsTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "edit",
    header = "Edit an encrypted file in your editor, or make a new one.",
    description = {
      "Opens the plain file in SOPS_EDITOR, else the editor of pale edit. It is in memory (tmpfs) in"
          + " a folder that only you can enter, and is wiped afterwards. Values that you do not"
          + " change keep their ciphertext. What cannot be read is opened again; nothing is written"
          + " before it can. Ends with 200 when nothing was changed, as sops does.",
      "",
      "Limits: tmpfs can be swapped to disk, and an editor may be configured to keep copies"
          + " elsewhere (vi, vim and nvim are told not to). A call from below a known coding agent"
          + " is refused and recorded."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale sops edit secrets.yaml", "  pale sops edit --age age1example new.env"})
final class SopsEditCommand extends SopsCommand {
  @Parameters(paramLabel = "FILE", arity = "0..1", description = "The file; may be new.")
  String name = "";

  @Option(
      names = {"-s", "--show-master-keys"},
      description = "Say on standard error which keys open the file.")
  boolean showKeys;

  @Mixin KeyOptions keys = new KeyOptions();
  @Mixin SelectorOptions selectors = new SelectorOptions();

  SopsEditCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    try (SopsWork work = SopsWork.on(session, options, name)) {
      refuseAgents("edit", work);
      Path file = work.file();
      if (Files.exists(file)) {
        editOld(work);
      } else {
        editNew(work);
      }
      written(work.name());
      work.record("edit", "");
    }
  }

  private Editor editor() {
    String own = session.context().variable("SOPS_EDITOR");
    return Editor.of(
        session.context(), own.isBlank() ? session.config().editor() : Optional.of(own));
  }

  private void editOld(SopsWork work) {
    Editor editor = editor();
    SopsFile sealed = work.sealed();
    showKeys(sealed.metadata());
    byte[] dataKey = work.dataKey(sealed);
    try (Decrypted opened = work.open(sealed, dataKey)) {
      byte[] plain = opened.tree().emit(work.output(), work.indent(work.output()));
      edit(work, editor, plain, sealed.metadata(), dataKey, opened.stash());
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }

  private void editNew(SopsWork work) {
    Editor editor = editor();
    byte[] dataKey = DataKeys.create();
    try {
      // Wrapped first: nobody shall write a file that then cannot be kept.
      SopsMetadata metadata =
          DataKeys.wrap(work.metadata(keys, selectors), dataKey, work.services());
      showKeys(metadata);
      edit(work, editor, example(work.output()), metadata, dataKey, SopsStash.empty());
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }

  private static byte[] example(SopsFormat format) {
    String text =
        switch (format) {
          case YAML ->
              "# replace this; it is encrypted when you leave the editor\nexample: value\n";
          case JSON -> "{\n\t\"example\": \"value\"\n}\n";
          case DOTENV ->
              "# replace this; it is encrypted when you leave the editor\nEXAMPLE=value\n";
          case INI -> "[example]\nname = value\n";
          case BINARY -> "replace this; it is encrypted when you leave the editor\n";
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void showKeys(SopsMetadata metadata) {
    if (!showKeys) {
      return;
    }
    for (List<MasterKey> group : metadata.groups()) {
      for (MasterKey key : group) {
        session.screen().remark(key.kind() + " " + MasterKeys.id(key));
      }
    }
  }

  private void edit(
      SopsWork work,
      Editor editor,
      byte[] plain,
      SopsMetadata metadata,
      byte[] dataKey,
      SopsStash stash) {
    try (MemoryRoot folder =
        MemoryRoot.create(
            session.context().folders().runtime(), "set values one by one: pale sops set")) {
      Path name = work.file().getFileName();
      Path file = folder.path().resolve(name == null ? "file" : name.toString());
      write(file, plain);
      while (true) {
        editor.edit(file, folder);
        byte[] after = bytesOf(file);
        try {
          if (Arrays.equals(plain, after)) {
            throw PaleException.of(
                485, "nothing was changed", "the file is as it was before the editor", "");
          }
          SopsFile sealed = sealed(work, after, metadata, dataKey, stash);
          WholeFile.write(
              work.file(),
              sealed.emit(work.output(), work.indent(work.output())),
              WholeFile.Content.SEALED);
          return;
        } catch (PaleException e) {
          askAgain(e);
        } finally {
          Arrays.fill(after, (byte) 0);
        }
      }
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static SopsFile sealed(
      SopsWork work, byte[] plain, SopsMetadata metadata, byte[] dataKey, SopsStash stash) {
    SopsTree tree = SopsTree.parse(work.output(), plain);
    try {
      return SopsFile.encrypt(work.output(), tree, metadata, dataKey, stash, work.now());
    } finally {
      tree.wipe();
    }
  }

  /** What a person typed wrongly can be mended in the editor; all else ends the call. */
  private void askAgain(PaleException e) {
    boolean typed = (e.code() >= 450 && e.code() <= 453) || e.code() == 460;
    if (!typed || !session.prompt().canAsk()) {
      throw e;
    }
    session.screen().always(e.what() + (e.why().isEmpty() ? "" : "\n  " + e.why()));
    String answer = session.prompt().line("[e]dit again, or [c]ancel and lose the changes? ", "");
    if (!answer.startsWith("e")) {
      throw PaleException.of(147, "nothing was changed", "cancelled", "");
    }
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

  private static byte[] bytesOf(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
