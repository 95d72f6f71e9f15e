package dev.pale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustTest {
  private static final String NEEDS = "\n[secrets.K]\nfrom = \"op://vault/item/field\"\n";

  @TempDir Path folder;

  private void append(Pale pale, String text) throws IOException {
    Path file = pale.work.resolve("pale.toml");
    Files.writeString(file, Files.readString(file) + text);
  }

  @Test
  void aFileWithoutReferencesNeedsNone() {
    Pale pale = Pale.ready(folder);
    assertThat(pale.run("trust").err()).contains("nothing in").contains("needs trust");
    assertThat(pale.run("status").out()).contains("not needed");
  }

  @Test
  void trustIsAskedForBoundToTheContentAndTakenBack() throws IOException {
    Pale pale = Pale.ready(folder);
    append(pale, NEEDS);
    assertThat(pale.run("status").out()).contains("needed: pale trust");
    Pale.Result nobody = pale.run("trust");
    assertThat(nobody.status()).isEqualTo(2);
    assertThat(nobody.err()).contains("secrets.K.from");
    assertThat(pale.typing("n\n").run("trust").status()).isEqualTo(1);
    assertThat(pale.typing("y\n").run("trust").status()).isZero();
    assertThat(pale.run("status", "--json").out()).contains("\"trust\":\"trusted\"");
    append(pale, "# changed\n");
    assertThat(pale.run("status").out()).contains("needed: pale trust");
    assertThat(pale.run("trust", "list").out()).contains("pale.toml").contains("changed");
    assertThat(pale.run("trust", "remove").status()).isZero();
    assertThat(pale.run("trust", "remove").status()).isEqualTo(1);
  }

  @Test
  void whatIsAskedGivenAndTakenBackIsInTheAuditLog() throws IOException {
    Pale pale = Pale.ready(folder);
    append(pale, NEEDS);
    pale.run("trust");
    pale.typing("n\n").run("trust");
    pale.run("list");
    assertThat(pale.run("audit", "--denied", "--event", "trust", "--json").out())
        .contains("there was nobody to ask")
        .contains("the answer was not yes");
    pale.run("trust", "--yes");
    pale.run("trust", "remove");
    assertThat(pale.run("audit", "--event", "trust", "--json").out())
        .contains("\"allowed\":true")
        .contains("for project acme-api");
    assertThat(pale.run("audit", "--event", "trust remove", "--json").out())
        .contains("\"allowed\":true")
        .contains("pale.toml");
  }

  @Test
  void aFileThatNamesAProjectItIsNotKnownForIsRecordedButNotWhileCompleting() {
    Pale pale = Pale.ready(folder);
    pale.run("trust", "remove");
    pale.run("completion", "--environments");
    String before = pale.run("audit", "--denied", "--json", "-p", "acme-api").out();
    assertThat(before).doesNotContain("is not known");
    assertThat(pale.run("list").err()).contains("PALE-512");
    assertThat(pale.run("trust", "--yes").status()).isZero();
    assertThat(pale.run("audit", "--denied", "--json").out())
        .contains("is not known for project acme-api");
  }

  @Test
  void anAgentCannotGiveTrust() throws IOException {
    Pale pale = Pale.ready(folder);
    append(pale, NEEDS);
    assertThat(pale.as("cursor").run("trust", "--yes").err()).contains("PALE-523");
    assertThat(pale.run("status").out()).contains("needed: pale trust");
  }

  @Test
  void aReasonIsRequiredWhereTheProjectSaysSo() throws IOException {
    Pale pale = Pale.ready(folder);
    pale.input("v").run("set", "K");
    Path file = pale.work.resolve("pale.toml");
    Files.writeString(file, "require_reason = \"all\"\n" + Files.readString(file));
    assertThat(pale.run("get", "K").err()).contains("PALE-521");
    assertThat(pale.run("get", "K", "--reason", "a look").out()).isEqualTo("v");
    assertThat(pale.run("audit", "--event", "get", "--json").out()).contains("a look");
  }
}
