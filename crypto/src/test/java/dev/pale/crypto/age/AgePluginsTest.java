package dev.pale.crypto.age;

import static dev.pale.crypto.age.AgeTest.assertKind;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.CryptoException.Kind;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a plugin that checks what it is sent. */
class AgePluginsTest {
  @TempDir Path folder;
  private final List<String> said = new ArrayList<>();
  private AgePlugins plugins;

  private final PluginDialogue person =
      new PluginDialogue() {
        @Override
        public void message(String plugin, String text) {
          said.add(plugin + ": " + text);
        }

        @Override
        public Optional<Boolean> confirm(
            String plugin, String text, String yes, Optional<String> no) {
          said.add(text + " " + yes + "/" + no.orElse(""));
          return Optional.of(true);
        }

        @Override
        public Optional<byte[]> ask(String plugin, String text, boolean secret) {
          said.add(text + (secret ? " hidden" : " shown"));
          return Optional.of((secret ? "1234" : "ada").getBytes(US_ASCII));
        }
      };

  @BeforeEach
  void install() throws Exception {
    Path program = folder.resolve("bin/age-plugin-probe");
    Files.createDirectories(program.getParent());
    try (InputStream in = AgePluginsTest.class.getResourceAsStream("age-plugin-probe")) {
      Files.copy(in, program);
    }
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    plugins = plugins(Duration.ofSeconds(30), folder.resolve("bin"));
  }

  private AgePlugins plugins(Duration patience, Path... path) {
    return new AgePlugins(List.of(path), folder, Map.of("PATH", "/usr/bin:/bin"), person, patience);
  }

  private static String recipientText(String data) {
    return new String(Bech32.encode("age1probe", data.getBytes(US_ASCII)), US_ASCII);
  }

  private static byte[] identityText(String data) {
    return Bech32.upperCase(Bech32.encode("age-plugin-probe-", data.getBytes(US_ASCII)));
  }

  private byte[] there(String wish) {
    return Age.encrypt(new byte[] {1, 2}, List.of(plugins.recipient(recipientText(wish))));
  }

  private byte[] back(String wish, byte[] file) {
    return Age.decrypt(file, plugins.identities(identityText(wish), new byte[0]));
  }

  @Test
  void aFileGoesThereAndBack() {
    assertThat(back("plain", there("plain"))).containsExactly(1, 2);
    assertKind(Kind.NO_MATCHING_IDENTITY, () -> back("other", there("plain")));
  }

  @Test
  void aRecipientMayHaveSeveralStanzasAndOthersBesideIt() {
    AgeIdentity native25519 = AgeIdentity.generate();
    byte[] file =
        Age.encrypt(
            new byte[] {7},
            List.of(plugins.recipient(recipientText("twice")), native25519.recipient()));
    assertThat(Age.decrypt(file, List.of(native25519))).containsExactly(7);
    assertThat(back("twice", file)).containsExactly(7);
  }

  @Test
  void anIdentityAloneSaysWhomToEncryptTo() {
    AgeIdentity identity = plugins.identities(identityText("plain"), new byte[0]).getFirst();
    byte[] file = Age.encrypt(new byte[] {3}, List.of(identity.recipient()));
    assertThat(Age.decrypt(file, List.of(identity))).containsExactly(3);
    assertThat(identity.toString()).doesNotContain("AGE-PLUGIN");
    AgeIdentity bare = plugins.identityOf("probe");
    assertThat(Age.decrypt(Age.encrypt(new byte[1], List.of(bare.recipient())), List.of(bare)))
        .hasSize(1);
  }

  @Test
  void thePersonIsToldAndAsked() {
    String wish = "msg confirm public secret";
    back(wish, there(wish));
    assertThat(said)
        .containsExactly(
            "probe: touch \u001b[31mthe token",
            "really? yes please/no",
            "your name shown",
            "PIN hidden",
            "probe: touch \u001b[31mthe token",
            "really? yes please/no",
            "your name shown",
            "PIN hidden");
  }

  @Test
  void labelsKeepAPostQuantumFileFromOneThatIsNot() {
    AgeRecipient labelled = plugins.recipient(recipientText("label"));
    AgeRecipient classic = AgeIdentity.generate().recipient();
    AgeIdentity quantum = AgeIdentity.generatePostQuantum();
    assertKind(Kind.UNSUPPORTED, () -> Age.encrypt(new byte[1], List.of(labelled, classic)));
    assertKind(Kind.UNSUPPORTED, () -> Age.encrypt(new byte[1], List.of(classic, labelled)));
    byte[] file = Age.encrypt(new byte[1], List.of(quantum.recipient(), labelled));
    assertThat(Age.decrypt(file, List.of(quantum))).hasSize(1);
  }

  @Test
  void aPluginThatFailsOrLiesEndsTheCallAndSaysNothingInTheException() {
    for (String wish : new String[] {"error", "die", "garbage", "huge", "endless"}) {
      assertThatThrownBy(() -> there(wish))
          .as(wish)
          .isInstanceOfSatisfying(
              CryptoException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PLUGIN))
          .hasMessageNotContaining("gone")
          .hasMessageNotContaining("hello");
    }
    plugins = plugins(Duration.ofMillis(500), folder.resolve("bin"));
    assertThatThrownBy(() -> there("slow")).hasMessageContaining("did not answer");
  }

  @Test
  void aPluginIsFoundOnlyInAbsoluteFoldersThatAreNotTheCurrentOne() {
    for (Path path :
        new Path[] {Path.of(""), Path.of("."), Path.of("bin"), folder.resolve("absent")}) {
      plugins = plugins(Duration.ofSeconds(30), path);
      assertThatThrownBy(() -> there("plain")).hasMessageContaining("PATH");
    }
    plugins =
        new AgePlugins(List.of(folder.resolve("bin")), folder.resolve("bin"), Map.of(), person);
    assertThatThrownBy(() -> there("plain")).hasMessageContaining("PATH");
  }

  @Test
  void aNameNeverLeavesItsFolder() {
    for (String name : new String[] {"../bin/probe", "a/b", "a\\b", "", ".hidden", "a b", "a\n"}) {
      assertThatThrownBy(() -> plugins.identityOf(name)).isInstanceOf(CryptoException.class);
      String text = new String(Bech32.encode("age1" + name, new byte[4]), US_ASCII);
      assertThatThrownBy(() -> plugins.recipient(text)).isInstanceOf(CryptoException.class);
    }
    assertKind(Kind.UNSUPPORTED, () -> AgeRecipient.parse(recipientText("plain")));
    assertKind(Kind.UNSUPPORTED, () -> AgeIdentity.parseFile(identityText("plain")));
  }
}
