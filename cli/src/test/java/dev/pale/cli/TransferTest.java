package dev.pale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TransferTest {
  @TempDir Path folder;
  private Pale pale;

  @BeforeEach
  void project() {
    pale = Pale.ready(folder);
  }

  @Test
  void anImportTellsWhatItDidWithoutValues() {
    pale.file("a.env", "A=canary-1\nB=canary-2\n");
    Pale.Result dry = pale.run("import", "--dry-run", "a.env");
    assertThat(dry.out()).contains("A").contains("new").doesNotContain("canary");
    assertThat(pale.run("get", "A").status()).isEqualTo(1);
    Pale.Result real = pale.run("import", "a.env", "--json");
    assertThat(real.out()).contains("\"added\":[\"A\",\"B\"]").doesNotContain("canary");
    assertThat(pale.run("import", "a.env").err()).contains("2 the same");
    assertThat(pale.run("history", "A", "--json").out()).doesNotContain("\"version\":2");
  }

  @Test
  void standardInputAndJsonAreRead() {
    assertThat(pale.input("A=from-stdin\n").run("import", "-").status()).isZero();
    pale.file("b.json", "{\"B\":\"from json\"}");
    assertThat(pale.run("import", "b.json").status()).isZero();
    assertThat(pale.run("get", "A").out()).isEqualTo("from-stdin");
    assertThat(pale.run("get", "B").out()).isEqualTo("from json");
  }

  @Test
  void aLineThatDialectsReadDifferentlyIsAskedForAndNeverChosenSilently() {
    pale.file("a.env", "OK=plain\nHASH=canary#tag\n");
    Pale.Result refused = pale.run("import", "a.env");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err())
        .contains("PALE-140")
        .contains("a.env:2: HASH")
        .contains("--dialect")
        .doesNotContain("canary");
    assertThat(pale.run("list").out()).isEmpty();

    Pale.Result asked = pale.typing("2\n").run("import", "a.env");
    assertThat(asked.err()).contains("canary#tag").contains("dotenv");
    assertThat(pale.run("get", "HASH").out()).isEqualTo("canary#tag");

    assertThat(pale.run("import", "a.env", "--dialect", "dotenv", "--overwrite").status()).isZero();
    assertThat(pale.run("get", "HASH").out()).isEqualTo("canary");
  }

  @Test
  void otherValuesUnderTheSameNameAreAskedForOrRefused() {
    pale.input("old").run("set", "A");
    pale.file("a.env", "A=new\nB=b\n");
    assertThat(pale.run("import", "a.env").err()).contains("PALE-141").contains("A");
    assertThat(pale.run("get", "B").status()).isEqualTo(1);
    assertThat(pale.run("import", "a.env", "--skip-existing").err()).contains("1 skipped");
    assertThat(pale.run("get", "A").out()).isEqualTo("old");
    assertThat(pale.typing("o\n").run("import", "a.env").status()).isZero();
    assertThat(pale.run("get", "A").out()).isEqualTo("new");
  }

  @Test
  void dangerousNamesNeedTheFlag() {
    pale.file("a.env", "PATH=/evil\n");
    assertThat(pale.run("import", "a.env").err()).contains("PALE-137");
    assertThat(pale.run("import", "a.env", "--allow-dangerous-name").status()).isZero();
  }

  @Test
  void anExportIsPrivateWholeAndNotInGit() throws Exception {
    pale.input("canary").run("set", "A");
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Path file = outside.resolve("web.env");
    assertThat(pale.run("export", "-o", file.toString()).status()).isZero();
    assertThat(Files.readString(file)).contains("A=");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(pale.run("export", "-o", file.toString()).err()).contains("PALE-139");
    assertThat(pale.run("export", "-o", file.toString(), "--force").status()).isZero();

    InitTest.git(pale, "init", "-q");
    assertThat(pale.run("export", "-o", "sub.env").err()).contains("PALE-143");
    assertThat(pale.work.resolve("sub.env")).doesNotExist();
    Path link = Files.createSymbolicLink(outside.resolve("link"), pale.work);
    assertThat(pale.run("export", "-o", link.resolve("x.env").toString()).err())
        .contains("PALE-143");
    assertThat(pale.run("export", "-o", "sub.env", "--into-git").status()).isZero();
  }

  @Test
  void anExportDoesNotFollowALink() throws IOException {
    pale.input("canary").run("set", "A");
    Path victim = Files.writeString(folder.resolve("victim"), "safe");
    Path link = Files.createSymbolicLink(folder.resolve("link.env"), victim);
    assertThat(pale.run("export", "--force", "-o", link.toString()).err()).contains("PALE-139");
    assertThat(victim).hasContent("safe");
  }

  @Test
  void everyFormatComesOutAndAnUnknownOneIsRefused() {
    pale.input("it's \"x\"\n\n").run("set", "A");
    for (String format : new String[] {"dotenv", "json", "yaml", "shell", "github"}) {
      Pale.Result out = pale.run("export", "--format", format);
      assertThat(out.status()).as(format + out.err()).isZero();
      assertThat(out.out()).as(format).contains("A");
    }
    assertThat(pale.run("export", "--format", "docker").status()).isEqualTo(1);
    assertThat(pale.run("export", "--format", "xml").status()).isEqualTo(2);
  }

  @Test
  void whatWasExportedAsDotenvOrJsonIsImportedAsItWas() {
    pale.input("quote ' \" # $HOME \\ é\nline two").run("set", "ODD");
    for (String format : new String[] {"dotenv", "json"}) {
      String text = pale.run("export", "--format", format).out();
      pale.file("x." + format, text);
      pale.run("env", "create", format);
      Pale.Result back = pale.run("import", "x." + format, "-e", format, "--dialect", "pale");
      assertThat(back.status()).as(back.err()).isZero();
      assertThat(pale.run("env", "diff", "dev", format).err()).contains("no differences");
    }
  }
}
