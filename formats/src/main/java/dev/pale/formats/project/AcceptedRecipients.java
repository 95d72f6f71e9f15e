package dev.pale.formats.project;

import dev.pale.formats.text.StrictText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whom the user has agreed to encrypt a file's values to. A list of recipients comes with the
 * repository, so whoever can commit can add themselves: nothing new is encrypted to a list that
 * differs from the one the user saw last.
 *
 * <p>Kept in the file {@code recipients} of the state folder: a line each, scope, tab, recipient,
 * tab, canonical path of the {@code pale.toml}. Thread-safe within reason: the last of two
 * simultaneous writers wins.
 */
public final class AcceptedRecipients {
  private final StateFile file;

  /** The lists in this folder, which the caller created with mode 0700. */
  public AcceptedRecipients(Path stateFolder) {
    this.file =
        new StateFile(stateFolder.resolve("recipients"), 510, "run pale trust in your projects");
  }

  /**
   * What the user accepted of a file: {@code SCOPE RECIPIENT} each; empty when nothing was.
   *
   * @throws dev.pale.secrets.PaleException 510 when the list is damaged or not safe
   */
  public SortedSet<String> of(Path path) {
    String end = "\t" + StateFile.escaped(StateFile.canonical(path).toString());
    SortedSet<String> found = new TreeSet<>();
    for (String line : lines()) {
      if (line.endsWith(end)) {
        found.add(line.substring(0, line.length() - end.length()).replace('\t', ' '));
      }
    }
    return found;
  }

  /** The lists of a file in the same form. */
  public static SortedSet<String> in(InRepoValues values) {
    SortedSet<String> all = new TreeSet<>();
    values
        .recipients()
        .forEach((scope, recipients) -> recipients.forEach(each -> all.add(scope + " " + each)));
    return all;
  }

  /** From now on exactly these are accepted for the file. */
  public void accept(Path path, InRepoValues values) {
    String end = "\t" + StateFile.escaped(StateFile.canonical(path).toString());
    List<String> kept = new ArrayList<>();
    for (String line : lines()) {
      if (!line.endsWith(end)) {
        kept.add(line);
      }
    }
    values
        .recipients()
        .forEach(
            (scope, recipients) -> recipients.forEach(each -> kept.add(scope + "\t" + each + end)));
    StringBuilder text = new StringBuilder();
    for (String line : kept) {
      text.append(line).append('\n');
    }
    file.write(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private List<String> lines() {
    String text = StrictText.require(file.read(), 510, "the list of accepted recipients");
    List<String> lines = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (!line.isEmpty()) {
        if (line.split("\t", 3).length != 3) {
          throw file.damaged();
        }
        lines.add(line);
      }
    }
    return lines;
  }
}
