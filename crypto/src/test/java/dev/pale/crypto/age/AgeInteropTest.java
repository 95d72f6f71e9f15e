package dev.pale.crypto.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.crypto.CryptoException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that other implementations of age wrote. */
@EnabledIf("dev.pale.crypto.age.ConformanceData#present")
class AgeInteropTest {
  @ParameterizedTest
  @CsvSource({
    "size-0, x25519.txt",
    "size-1, x25519.txt",
    "size-65536, x25519.txt",
    "size-131073, x25519.txt",
    "multi, x25519.txt",
    "multi, x25519-b.txt",
    "armor, x25519.txt",
    "ssh-ed25519, ssh_ed25519",
    "ssh-rsa, ssh_rsa",
    "pq, pq.txt",
  })
  void aFileOfTheAgeCommandIsRead(String file, String identities) {
    assertThat(Age.decrypt(bytes(file + ".age"), AgeIdentity.parseFile(bytes(identities))))
        .isEqualTo(bytes(file + ".plain"));
  }

  @ParameterizedTest
  @CsvSource({"scrypt", "scrypt-wf12"})
  void aFileWithAPassphraseIsRead(String file) {
    byte[] passphrase = bytes(file + ".passphrase");
    byte[] trimmed =
        new String(passphrase, StandardCharsets.UTF_8).strip().getBytes(StandardCharsets.UTF_8);
    assertThat(Age.decrypt(bytes(file + ".age"), List.of(AgeIdentity.passphrase(trimmed))))
        .isEqualTo(bytes(file + ".plain"));
  }

  @Test
  void anEncryptedIdentityFileOfTheAgeCommandIsRead() {
    String word = new String(bytes("scrypt.passphrase"), StandardCharsets.UTF_8);
    List<AgeIdentity> identities =
        AgeIdentity.parseFile(
            bytes("identity-encrypted.txt.age"), word.strip().getBytes(StandardCharsets.UTF_8));
    assertThat(Age.decrypt(bytes("multi.age"), identities)).isEqualTo(bytes("multi.plain"));
  }

  @Test
  void theRecipientOfAnSshKeyIsItsPublicKey() {
    for (String name : List.of("ssh_ed25519", "ssh_rsa")) {
      String line = new String(bytes(name + ".pub"), StandardCharsets.US_ASCII);
      AgeRecipient recipient = AgeRecipient.parse(line);
      AgeIdentity identity = AgeIdentity.parseFile(bytes(name)).getFirst();
      assertThat(line).startsWith(recipient.text());
      assertThat(identity.recipient().text()).isEqualTo(recipient.text());
      byte[] file = Age.encrypt(new byte[] {1, 2, 3}, List.of(recipient));
      assertThat(Age.decrypt(file, List.of(identity))).containsExactly(1, 2, 3);
      assertThatThrownBy(() -> Age.decrypt(file, List.of(AgeIdentity.generate())))
          .isInstanceOfSatisfying(
              CryptoException.class,
              e -> assertThat(e.kind()).isEqualTo(CryptoException.Kind.NO_MATCHING_IDENTITY));
    }
  }

  private static byte[] bytes(String name) {
    return ConformanceData.bytes("interop/" + name);
  }
}
