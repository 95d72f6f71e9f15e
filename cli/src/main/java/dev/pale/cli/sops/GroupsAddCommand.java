package dev.pale.cli.sops;

import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.sops.DataKeys;
import dev.pale.sops.MasterKey;
import dev.pale.sops.SopsFile;
import dev.pale.sops.SopsMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "add",
    header = "Add a key group to a file.",
    description = {
      "The data key is divided anew among all groups. A coding agent cannot do this.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale sops groups add -f secrets.yaml --age age1example -i",
      "  pale sops groups add -f secrets.yaml --pgp 0123456789ABCDEF -i"
    })
final class GroupsAddCommand extends SopsCommand {
  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The encrypted file.")
  String name = "";

  @Option(
      names = {"-i", "--in-place"},
      description = "Write over the file.")
  boolean inPlace;

  @Mixin KeyOptions keys = new KeyOptions();

  GroupsAddCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    refuseAgentsToChangeReaders("groups add");
    try (SopsWork work = SopsWork.on(session, options, name)) {
      List<MasterKey> group = keys.keys(Map.of(), work.now());
      if (group.isEmpty()) {
        throw PaleException.of(480, "the new group has no key", "", "name one: --age RECIPIENT");
      }
      SopsFile sealed = work.sealed();
      List<List<MasterKey>> groups = new ArrayList<>(sealed.metadata().groups());
      groups.add(group);
      int threshold = keys.thresholdOr(Optional.of(sealed.metadata().shamirThreshold()));
      deliver(
          work, rewrapped(work, sealed, groups, threshold), inPlace, "", WholeFile.Content.SEALED);
      work.record("groups add", "");
    }
  }

  /** The file with its data key wrapped for other groups. */
  static byte[] rewrapped(
      SopsWork work, SopsFile sealed, List<List<MasterKey>> groups, int threshold) {
    byte[] dataKey = work.dataKey(sealed);
    try {
      SopsMetadata changed =
          sealed.metadata().withGroups(groups, groups.size() > 1 ? threshold : 0);
      return sealed
          .withMetadata(DataKeys.wrap(changed, dataKey, work.services()))
          .emit(work.output(), work.indent(work.output()));
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }
}
