package dev.pale.cli.sops;

import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.sops.MasterKey;
import dev.pale.sops.SopsFile;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "delete",
    header = "Delete a key group of a file.",
    description = {
      "The data key is divided anew among the groups that stay. A coding agent cannot do this.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale sops groups delete -f secrets.yaml -i 1",
      "  pale sops groups delete -f secrets.yaml --shamir-secret-sharing-threshold 2 -i 0"
    })
final class GroupsDeleteCommand extends SopsCommand {
  @Parameters(paramLabel = "INDEX", arity = "0..1", description = "Which group, from 0.")
  String index = "";

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The encrypted file.")
  String name = "";

  @Option(
      names = {"-i", "--in-place"},
      description = "Write over the file.")
  boolean inPlace;

  @Option(
      names = "--shamir-secret-sharing-threshold",
      paramLabel = "N",
      description = "How many key groups it takes to open the file then.")
  int threshold;

  GroupsDeleteCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    refuseAgentsToChangeReaders("groups delete");
    try (SopsWork work = SopsWork.on(session, options, name)) {
      SopsFile sealed = work.sealed();
      List<List<MasterKey>> groups = new ArrayList<>(sealed.metadata().groups());
      if (!index.matches("[0-9]{1,4}") || Integer.parseInt(index) >= groups.size()) {
        throw PaleException.of(
            497,
            "the file has no such key group",
            "it has " + groups.size() + ", counted from 0",
            "pale sops groups delete -f FILE -i INDEX");
      }
      groups.remove(Integer.parseInt(index));
      int needed = threshold != 0 ? threshold : sealed.metadata().shamirThreshold();
      if (needed > groups.size() && groups.size() > 1) {
        throw PaleException.of(
            497,
            "the file would have fewer key groups than its threshold",
            "it needs " + needed + " and would have " + groups.size(),
            "add --shamir-secret-sharing-threshold N");
      }
      deliver(
          work,
          GroupsAddCommand.rewrapped(work, sealed, groups, needed),
          inPlace,
          "",
          WholeFile.Content.SEALED);
      work.record("groups delete", index);
    }
  }
}
