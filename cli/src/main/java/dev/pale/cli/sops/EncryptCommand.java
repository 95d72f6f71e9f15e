package dev.pale.cli.sops;

import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.sops.DataKeys;
import dev.pale.sops.SopsFile;
import dev.pale.sops.SopsMetadata;
import dev.pale.sops.SopsStash;
import dev.pale.sops.SopsTree;
import java.util.Arrays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "encrypt",
    header = "Encrypt a file.",
    description = {
      "Encrypts values, not keys, to the keys that options name, or else the first rule of"
          + " .sops.yaml whose path_regex matches. Prints the result, or puts it in the file's"
          + " place as a whole.",
      "",
      "Limits: key names, the number of entries and the length of values stay readable. The"
          + " plaintext that was on the disk before -i may still be found there."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale sops encrypt -i secrets.yaml",
      "  pale sops encrypt --encrypted-regex ^(data|stringData)$ secret.yaml > secret.enc.yaml"
    })
final class EncryptCommand extends SopsCommand {
  @Parameters(paramLabel = "FILE", arity = "0..1", description = "The plain file.")
  String name = "";

  @Option(
      names = {"-i", "--in-place"},
      description = "Write over the file.")
  boolean inPlace;

  @Option(names = "--output", paramLabel = "FILE", description = "Write this file.")
  String output = "";

  @Mixin KeyOptions keys = new KeyOptions();
  @Mixin SelectorOptions selectors = new SelectorOptions();

  EncryptCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    requireOneTarget(inPlace, output);
    try (SopsWork work = SopsWork.on(session, options, name)) {
      byte[] content = work.content();
      SopsTree tree = SopsTree.parse(work.input(), content);
      Arrays.fill(content, (byte) 0);
      byte[] dataKey = DataKeys.create();
      try {
        if (tree.looksEncrypted(work.input())) {
          throw alreadyEncrypted(work);
        }
        SopsMetadata metadata =
            DataKeys.wrap(work.metadata(keys, selectors), dataKey, work.services());
        SopsFile sealed =
            SopsFile.encrypt(work.input(), tree, metadata, dataKey, SopsStash.empty(), work.now());
        byte[] result = sealed.emit(work.output(), work.indent(work.output()));
        deliver(work, result, inPlace, output, WholeFile.Content.SEALED);
        work.record("encrypt", "");
      } finally {
        Arrays.fill(dataKey, (byte) 0);
        tree.wipe();
      }
    }
  }

  private static PaleException alreadyEncrypted(SopsWork work) {
    return PaleException.of(
        487,
        work.name() + " is encrypted already, or has a top key that SOPS uses itself",
        "the key sops (in .env files: what begins with sops_) is where SOPS keeps its own data",
        "to change it: pale sops edit " + work.name());
  }
}
