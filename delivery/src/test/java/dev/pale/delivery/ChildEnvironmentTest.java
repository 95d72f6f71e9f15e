package dev.pale.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ChildEnvironmentTest {
  @Property
  void whatIsNotPalesPassesUnchanged(@ForAll List<byte[]> texts) {
    List<String> entries =
        texts.stream()
            .map(t -> "n" + new String(t, ISO_8859_1).replace("\0", "x"))
            .collect(Collectors.toList());
    ChildEnvironment environment =
        ChildEnvironment.of((String.join("\0", entries) + "\0").getBytes(ISO_8859_1));
    assertThat(texts(environment)).isEqualTo(entries);
  }

  @Test
  void palesOwnVariablesAreGoneAndKeptOnesAreBack() {
    ChildEnvironment environment =
        environment(
            "A=1", "PALE_TOKEN=t", "PALE_KEEP_LD_PRELOAD=x", "PALE_KEEP_PALE_KEY=k", "PALE_");
    assertThat(texts(environment)).containsExactly("A=1", "LD_PRELOAD=x");
  }

  @Test
  void aSecretTakesThePlaceOfAllEntriesOfItsName() {
    ChildEnvironment environment = environment("A=1", "B=1", "C=1", "B=2", "BB=3");
    environment.setSecret(SecretName.of("B"), SecretValue.copyOf("B", new byte[] {'s'}));
    environment.setSecret(SecretName.of("D"), SecretValue.copyOf("D", new byte[] {'d'}));
    assertThat(texts(environment)).containsExactly("A=1", "B=s", "C=1", "BB=3", "D=d");
    assertThat(environment.toString()).doesNotContain("=");
    environment.unset("B");
    assertThat(environment.get("B")).isEmpty();
    assertThat(environment.get("D")).contains(new byte[] {'d'});
  }

  @Test
  void aStartedProgramsEnvironmentIsWipedAndTheOneItWasCopiedFromIsNot() {
    ChildEnvironment environment = environment("PATH=/bin:/usr/bin");
    environment.setSecret(SecretName.of("S"), SecretValue.copyOf("S", new byte[] {'s'}));
    ChildEnvironment copy = environment.copy();
    byte[] entry = copy.entries().getLast();
    RunningChild child = Launcher.start(Launch.ofText(List.of("true"), copy));
    assertThat(entry).containsOnly(0);
    assertThat(copy.entries()).isEmpty();
    assertThat(texts(environment)).contains("S=s");
    assertThat(child.await()).isZero();
  }

  @Test
  void cleanKeepsLittle() {
    assertThat(texts(environment("HOME=/h", "AWS_KEY=k", "LC_ALL=C", "PATH=/bin", "X=1").clean()))
        .containsExactly("HOME=/h", "LC_ALL=C", "PATH=/bin");
  }

  private static ChildEnvironment environment(String... entries) {
    return ChildEnvironment.of((String.join("\0", entries) + "\0").getBytes(ISO_8859_1));
  }

  private static List<String> texts(ChildEnvironment environment) {
    return environment.entries().stream().map(e -> new String(e, ISO_8859_1)).toList();
  }
}
