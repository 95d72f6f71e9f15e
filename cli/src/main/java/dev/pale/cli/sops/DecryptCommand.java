package dev.pale.cli.sops;

import dev.pale.cli.session.Session;
import dev.pale.sops.Decrypted;
import dev.pale.sops.SopsFile;
import dev.pale.sops.SopsFormat;
import dev.pale.sops.SopsPath;
import dev.pale.sops.SopsTree;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "decrypt",
    header = "Decrypt a file, or print one value of it.",
    description = {
      "Prints the plain file once all of it was verified. With -i or --output the plaintext is"
          + " written as a whole, for the owner alone.",
      "",
      "Limits: whatever reads the output has the values; pale sops exec-env gives them to one"
          + " program. A call from below a known coding agent is refused and recorded."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale sops decrypt secrets.yaml",
      "  pale sops decrypt --extract [\"db\"][\"password\"] secrets.yaml"
    })
final class DecryptCommand extends SopsCommand {
  @Parameters(paramLabel = "FILE", arity = "0..1", description = "The encrypted file.")
  String name = "";

  @Option(
      names = {"-i", "--in-place"},
      description = "Write over the file.")
  boolean inPlace;

  @Option(names = "--output", paramLabel = "FILE", description = "Write this file, mode 0600.")
  String output = "";

  @Option(
      names = "--extract",
      paramLabel = "PATH",
      description = "Only what is there: [\"key\"][\"list\"][0]. A text is printed bare.")
  String extract = "";

  DecryptCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    requireOneTarget(inPlace, output);
    try (SopsWork work = SopsWork.on(session, options, name)) {
      refuseAgents("decrypt", work);
      SopsPath path = SopsPath.parse(extract);
      SopsFile sealed = work.sealed();
      byte[] dataKey = work.dataKey(sealed);
      try (Decrypted opened = work.open(sealed, dataKey)) {
        SopsFormat format = work.output();
        SopsTree.Indent indent = work.indent(format);
        byte[] plain =
            path.steps().isEmpty()
                ? opened.tree().emit(format, indent)
                : opened.tree().extract(path, format, indent);
        try {
          deliver(work, plain, inPlace, output, WholeFile.Content.PLAIN);
        } finally {
          Arrays.fill(plain, (byte) 0);
        }
        warnOfGit(work);
        work.record("decrypt", extract);
      } finally {
        Arrays.fill(dataKey, (byte) 0);
      }
    }
  }

  /** A plain file in a work tree is one commit away from everybody. */
  private void warnOfGit(SopsWork work) {
    if (!inPlace && output.isEmpty()) {
      return;
    }
    Path written = inPlace ? work.file() : session.context().cwd().resolve(output);
    for (Path at = written.getParent(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(".git"), LinkOption.NOFOLLOW_LINKS)
          && Files.isRegularFile(written)) {
        session
            .screen()
            .warning(
                (inPlace ? work.name() : output) + " is plaintext now, inside a git work tree");
        return;
      }
    }
  }
}
