package dev.pale.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.pale.cli.context.Context;
import dev.pale.cli.session.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class EveryCommandTest {
  private static final Set<String> WITH_LIMITS =
      Set.of(
          "pale run",
          "pale get",
          "pale export",
          "pale edit",
          "pale import",
          "pale init",
          "pale trust",
          "pale audit",
          "pale sops",
          "pale sops encrypt",
          "pale sops decrypt",
          "pale sops edit",
          "pale sops set",
          "pale sops rotate",
          "pale sops updatekeys",
          "pale sops exec-env",
          "pale sops exec-file",
          "pale env diff",
          "pale read",
          "pale inject",
          "pale push",
          "pale provider add",
          "pale gateway run",
          "pale gateway serve",
          "pale gateway explain",
          "pale gateway approve",
          "pale gateway doctor");

  /** The statuses of {@code pale sops} are those of sops. */
  private static final int NO_FILE_FOR_SOPS = 100;

  /** It starts every compiler of the machine. */
  private static final String RUNS_PROGRAMS = "pale gateway doctor";

  @TempDir Path folder;

  private static List<CommandLine> all(CommandLine at) {
    List<CommandLine> all = new ArrayList<>();
    for (CommandLine each : at.getSubcommands().values()) {
      all.add(each);
      all.addAll(all(each));
    }
    return all;
  }

  private CommandLine whole() {
    ByteArrayOutputStream nowhere = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(nowhere);
    Context context =
        new Context(
            Map.of("PALE_HOME", folder.toString()),
            dev.pale.system.Folders.of(Map.of("PALE_HOME", folder.toString()), 0),
            folder,
            0,
            1,
            "ada",
            "",
            Context.Terminal.NONE,
            InputStream.nullInputStream(),
            out,
            out);
    return Commands.whole(new Session(context, () -> () -> {}));
  }

  @Test
  void hasAHeaderAndTwoExamples() {
    for (CommandLine command : all(whole())) {
      String name = command.getCommandSpec().qualifiedName(" ");
      int examples = 0;
      for (String line : command.getCommandSpec().usageMessage().footer()) {
        examples += line.strip().contains("pale ") ? 1 : 0;
      }
      assertThat(examples).as(name).isGreaterThanOrEqualTo(2);
      assertThat(command.getCommandSpec().usageMessage().header()).as(name).isNotEmpty();
    }
  }

  @Test
  void saysItsLimitsWhereThereAreSome() {
    Set<String> found = new TreeSet<>();
    for (CommandLine command : all(whole())) {
      for (String line : command.getCommandSpec().usageMessage().description()) {
        if (line.startsWith("Limits: ")) {
          found.add(command.getCommandSpec().qualifiedName(" "));
        }
      }
    }
    assertThat(found).containsAll(WITH_LIMITS);
  }

  @Test
  void itsExamplesAreUnderstoodByTheParser() {
    CommandLine root = whole();
    for (CommandLine command : all(root)) {
      for (String line : command.getCommandSpec().usageMessage().footer()) {
        String text = line.strip();
        int from = text.indexOf("pale ");
        if (from < 0 || text.contains("<(") || text.contains("run --")) {
          continue;
        }
        String call = text.substring(from + 5);
        int end = call.indexOf(" >");
        String[] words = (end < 0 ? call : call.substring(0, end)).split(" ", -1);
        assertThatCode(() -> whole().parseArgs(words)).as(text).doesNotThrowAnyException();
      }
    }
  }

  @Test
  void explainsItself() {
    Pale pale = Pale.in(folder);
    for (CommandLine command : all(whole())) {
      List<String> words =
          new ArrayList<>(List.of(command.getCommandSpec().qualifiedName(" ").split(" ", -1)));
      words.removeFirst();
      words.add("--help");
      Pale.Result help = pale.run(words.toArray(String[]::new));
      assertThat(help.status()).as(words.toString()).isZero();
      assertThat(help.out()).as(words.toString()).contains("Usage: pale").contains("Examples:");
    }
  }

  @Test
  void endsSoonWithoutATerminalAndWithClosedInput() {
    Pale pale = Pale.in(folder);
    for (CommandLine command : all(whole())) {
      String name = command.getCommandSpec().qualifiedName(" ");
      if (name.equals(RUNS_PROGRAMS)) {
        continue;
      }
      List<String> words = new ArrayList<>(List.of(name.split(" ", -1)));
      words.removeFirst();
      long start = System.nanoTime();
      Pale.Result bare = pale.run(words.toArray(String[]::new));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertThat(took).as(name).isLessThan(Duration.ofSeconds(2));
      if (name.startsWith("pale sops ") && bare.status() == NO_FILE_FOR_SOPS) {
        assertThat(bare.err()).as(name).contains("mend: ");
      } else {
        assertThat(bare.status()).as(name + ": " + bare.err()).isBetween(0, 2);
      }
      assertThat(bare.err()).as(name).doesNotContain("PALE-9").doesNotContain("\tat ");
      if (bare.status() != 0) {
        assertThat(bare.err()).as(name).isNotEmpty();
      }
    }
  }

  @Test
  void theReferenceInDocsIsTheOneThatTheCommandsPrint() throws IOException {
    Path docs = Path.of("../docs/commands.md");
    String now = Pale.in(folder).run("help", "--markdown").out();
    if (Boolean.getBoolean("pale.write.docs")) {
      Files.writeString(docs, now);
    }
    assertThat(docs).as("pale help --markdown > docs/commands.md").hasContent(now);
  }

  @Test
  void theManPagesNameEveryCommand() throws IOException {
    Pale pale = Pale.in(folder);
    assertThat(pale.run("help", "--man", "man").status()).isZero();
    String root = Files.readString(pale.work.resolve("man/pale.1"));
    for (CommandLine command : all(whole())) {
      String name = command.getCommandSpec().qualifiedName(" ");
      assertThat(root).contains(".B " + name.replace("-", "\\-"));
      assertThat(pale.work.resolve("man/" + name.replace(' ', '-') + ".1")).exists();
    }
  }

  @Test
  void aTypingErrorIsToldWithTheCommandThatWasMeant() {
    Pale pale = Pale.in(folder);
    assertThat(pale.run("lst").err()).contains("did you mean pale list?");
    assertThat(pale.run("env", "crate").err()).contains("did you mean pale env create?");
    assertThat(pale.run("list", "--jsn").err()).contains("did you mean --json?");
    assertThat(pale.run("lst").status()).isEqualTo(2);
    assertThat(pale.run().status()).isEqualTo(2);
  }

  @Test
  void anOptionIsSuggestedOnlyWhereOneIsNear() {
    Pale pale = Pale.in(folder);
    assertThat(pale.run("list", "--reson").err()).contains("did you mean --reason?");
    assertThat(pale.run("list", "--colour").err()).doesNotContain("did you mean");
    assertThat(pale.run("list", "-x").err()).contains("-x").doesNotContain("did you mean");
    assertThat(pale.run("list", "-e").err()).contains("--env of pale list needs a value");
    assertThat(pale.run("help", "env", "lst").err()).contains("did you mean pale env list?");
  }

  @Test
  void theVersionIsAnOptionToo() {
    Pale pale = Pale.in(folder);
    assertThat(pale.run("--version").out()).isEqualTo(pale.run("version").out());
    assertThat(pale.run("-V").out()).startsWith("pale ");
    assertThat(pale.run("--json", "--version").out()).startsWith("{\"version\":");
  }

  @Test
  void anEmptyNameIsNotTheDefault() {
    Pale pale = Pale.ready(folder);
    assertThat(pale.run("list", "-e", "").status()).isEqualTo(2);
    assertThat(pale.run("--project=", "list").err()).contains("--project needs a name");
    assertThat(pale.run("list", "-e", "dev").status()).isZero();
  }

  @Test
  void anArgumentInTheWrongPlaceIsNotRepeated() {
    Pale pale = Pale.in(folder);
    for (String[] args :
        new String[][] {
          {"get", "NAME", "Canary-1"},
          {"list", "Canary-1"},
          {"Canary-1"},
          {"audit", "--last", "Canary-1"},
          {"rollback", "X", "Canary-1"},
          {"list", "--canary-option=Canary-1"},
          {"env", "list", "Canary-1"}
        }) {
      Pale.Result wrong = pale.run(args);
      assertThat(wrong.status()).isEqualTo(2);
      assertThat(wrong.err() + wrong.out()).doesNotContain("Canary-1");
    }
  }
}
