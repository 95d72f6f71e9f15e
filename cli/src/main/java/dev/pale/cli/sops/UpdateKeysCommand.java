package dev.pale.cli.sops;

import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.sops.CreationRule;
import dev.pale.sops.DataKeys;
import dev.pale.sops.MasterKey;
import dev.pale.sops.MasterKeys;
import dev.pale.sops.SopsFile;
import dev.pale.sops.SopsMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "updatekeys",
    header = "Encrypt files' data keys to the keys that .sops.yaml names now.",
    description = {
      "Shows which keys come and go, and asks. Values, sum and time of the file stay as they are.",
      "",
      "Limits: the data key stays the same, so who could read the file before can read old and new"
          + " versions of it: follow with pale sops rotate. A coding agent cannot do this."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale sops updatekeys secrets.yaml", "  pale sops updatekeys -y a.yaml b.yaml"})
final class UpdateKeysCommand extends SopsCommand {
  @Parameters(paramLabel = "FILE", arity = "0..*", description = "The encrypted files.")
  List<String> names = new ArrayList<>();

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Option(
      names = "--shamir-secret-sharing-threshold",
      paramLabel = "N",
      description = "How many key groups it takes to open the file.")
  int threshold;

  UpdateKeysCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    refuseAgentsToChangeReaders("updatekeys");
    if (names.isEmpty()) {
      throw PaleException.of(489, "no file is named", "", "pale sops updatekeys secrets.yaml");
    }
    for (String name : names) {
      try (SopsWork work = SopsWork.on(session, options, name)) {
        update(work);
      }
    }
  }

  private void update(SopsWork work) {
    SopsFile sealed = work.sealed();
    CreationRule rule =
        work.rule(Map.of())
            .orElseThrow(() ->
                PaleException.of(
                    499,
                    "there is no .sops.yaml with creation rules for " + work.name(),
                    "",
                    "write one, or name it: --config FILE"));
    int groups = rule.groups().size();
    int wanted = threshold != 0 ? threshold : rule.shamirThreshold();
    int needed = groups > 1 ? Math.min(wanted, groups) : 0;
    SopsMetadata before = sealed.metadata();
    List<String> changes = changes(before.groups(), rule.groups());
    boolean sameThreshold = groups < 2 || needed == 0 || before.shamirThreshold() == needed;
    if (changes.isEmpty() && sameThreshold) {
      session.screen().remark(work.name() + " is up to date");
      return;
    }
    if (!sameThreshold) {
      changes.add("threshold: " + before.shamirThreshold() + " -> " + needed);
    }
    session.screen().remark(work.name() + ":\n  " + String.join("\n  ", changes));
    if (!yes && !session.prompt().confirm("change the keys?", "--yes")) {
      throw PaleException.of(147, "nothing was changed", "cancelled", "");
    }
    byte[] dataKey = work.dataKey(sealed);
    try {
      SopsMetadata after =
          DataKeys.wrap(before.withGroups(rule.groups(), needed), dataKey, work.services());
      WholeFile.write(
          work.file(),
          sealed.withMetadata(after).emit(work.output(), work.indent(work.output())),
          WholeFile.Content.SEALED);
      written(work.name());
      work.record("updatekeys", String.join(", ", changes));
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }

  /** What comes and goes, group by group. */
  private static List<String> changes(List<List<MasterKey>> before, List<List<MasterKey>> after) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
      String where = before.size() > 1 || after.size() > 1 ? "group " + i + ": " : "";
      Set<String> old = names(before, i);
      Set<String> now = names(after, i);
      for (String each : old) {
        if (!now.contains(each)) {
          lines.add(where + "- " + each);
        }
      }
      for (String each : now) {
        if (!old.contains(each)) {
          lines.add(where + "+ " + each);
        }
      }
    }
    return lines;
  }

  private static Set<String> names(List<List<MasterKey>> groups, int index) {
    Set<String> names = new TreeSet<>();
    if (index < groups.size()) {
      for (MasterKey key : groups.get(index)) {
        names.add(
            key.kind()
                + " "
                + MasterKeys.id(key)
                + (key.context().isEmpty() ? "" : " " + key.context()));
      }
    }
    return names;
  }
}
