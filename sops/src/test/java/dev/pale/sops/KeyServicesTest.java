package dev.pale.sops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.crypto.age.AgeIdentity;
import dev.pale.crypto.age.AgePlugins;
import dev.pale.crypto.age.PluginDialogue;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyServicesTest {
  @TempDir Path home;

  private final Map<String, String> variables = new HashMap<>();
  private final byte[] dataKey = DataKeys.create();
  private int asked;

  @BeforeEach
  void path() {
    variables.put("PATH", "/usr/bin:/bin");
    variables.put("HOME", home.toString());
  }

  private KeySurroundings around(String passphrase) {
    return new KeySurroundings(
        variables,
        home,
        home,
        what -> {
          asked++;
          return passphrase.isEmpty()
              ? Optional.empty()
              : Optional.of(SecretValue.owning("passphrase", passphrase.getBytes(UTF_8)));
        },
        new AgePlugins(
            List.of(home.resolve("plugins")),
            home,
            Map.of("PATH", "/usr/bin:/bin"),
            new PluginDialogue() {
              @Override
              public void message(String plugin, String text) {}

              @Override
              public Optional<Boolean> confirm(
                  String plugin, String text, String yes, Optional<String> no) {
                return Optional.empty();
              }

              @Override
              public Optional<byte[]> ask(String plugin, String text, boolean secret) {
                return Optional.empty();
              }
            }));
  }

  private AgeKeyService age() {
    return new AgeKeyService(around(""));
  }

  private static String text(AgeIdentity identity) {
    return new String(identity.secretText(), UTF_8);
  }

  private static MasterKey recipient(AgeIdentity identity) {
    return MasterKeys.age(identity.recipient().text()).getFirst();
  }

  private MasterKey wrapped(MasterKey key) {
    return new MasterKey(key.kind(), key.fields(), key.context(), age().wrap(key, dataKey));
  }

  private static PaleException failure(Runnable deed) {
    try {
      deed.run();
    } catch (PaleException e) {
      return e;
    }
    throw new AssertionError("nothing was refused");
  }

  private KeyGroups groups() {
    return new KeyGroups(List.of(age()), DataKeys.DEFAULT_ORDER, new SecureRandom());
  }

  @Test
  void anIdentityIsFoundInEachPlaceWhereSopsLooks() throws IOException {
    AgeIdentity own = AgeIdentity.generate();
    MasterKey key = wrapped(recipient(own));
    assertThat(failure(() -> age().unwrap(key)).code()).isEqualTo(476);

    variables.put("SOPS_AGE_KEY", "# mine\n" + text(AgeIdentity.generate()) + " " + text(own));
    assertThat(age().unwrap(key)).isEqualTo(dataKey);
    variables.remove("SOPS_AGE_KEY");

    Path file = Files.writeString(home.resolve("id.txt"), text(own) + "\n");
    variables.put("SOPS_AGE_KEY_FILE", file.toString());
    assertThat(age().unwrap(key)).isEqualTo(dataKey);
    variables.remove("SOPS_AGE_KEY_FILE");

    variables.put("SOPS_AGE_KEY_CMD", "cat '" + file + "'");
    assertThat(age().unwrap(key)).isEqualTo(dataKey);
    variables.remove("SOPS_AGE_KEY_CMD");

    variables.put("XDG_CONFIG_HOME", home.resolve("config").toString());
    Files.createDirectories(home.resolve("config/sops/age"));
    Files.copy(file, home.resolve("config/sops/age/keys.txt"));
    assertThat(age().unwrap(key)).isEqualTo(dataKey);
  }

  @Test
  void theCommandIsToldTheRecipientAndSeesNothingOfPale() throws IOException {
    AgeIdentity own = AgeIdentity.generate();
    Path file = Files.writeString(home.resolve("id.txt"), text(own) + "\n");
    Path script =
        Files.writeString(
            home.resolve("keys"),
            "#!/bin/sh\ntest -z \"$PALE_X\" && test \"$SOPS_AGE_RECIPIENT\" = "
                + own.recipient().text()
                + " && cat "
                + file
                + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    variables.put("PALE_X", "inner");
    variables.put("SOPS_AGE_KEY_CMD", script.toString());
    assertThat(age().unwrap(wrapped(recipient(own)))).isEqualTo(dataKey);
    MasterKey other = wrapped(recipient(AgeIdentity.generate()));
    assertThat(failure(() -> age().unwrap(other)).why()).contains("SOPS_AGE_KEY_CMD ended with");
  }

  @Test
  void aProgramIsNotTakenFromTheCurrentFolder() throws IOException {
    Path script = Files.writeString(home.resolve("keys"), "#!/bin/sh\ntouch ran\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    variables.put("PATH", ":.:relative:");
    MasterKey key = wrapped(recipient(AgeIdentity.generate()));
    for (String command : List.of("keys", "./keys", "sub/../keys")) {
      variables.put("SOPS_AGE_KEY_CMD", command);
      assertThat(failure(() -> age().unwrap(key)).code()).isEqualTo(476);
    }
    variables.put("SOPS_GPG_EXEC", "./keys");
    MasterKey pgp = new MasterKey("pgp", Map.of("fp", "A".repeat(40)), Map.of(), "x");
    assertThat(failure(() -> new PgpKeyService(around("")).unwrap(pgp)).code()).isEqualTo(498);
    assertThat(home.resolve("ran")).doesNotExist();
  }

  @Test
  void aClosedIdentityFileIsAskedForOnlyWhenNothingElseOpens() throws IOException {
    AgeIdentity own = AgeIdentity.generate();
    AgeIdentity sealed = AgeIdentity.generate();
    byte[] closed =
        dev.pale.crypto.age.Age.encryptArmored(
            (text(sealed) + "\n").getBytes(UTF_8),
            List.of(
                dev.pale.crypto.age.AgeRecipient.passphrase("correct horse".getBytes(UTF_8), 4)));
    variables.put("SOPS_AGE_KEY_FILE", Files.write(home.resolve("closed"), closed).toString());
    variables.put("SOPS_AGE_KEY", text(own));
    AgeKeyService service = new AgeKeyService(around("correct horse"));
    assertThat(service.unwrap(wrapped(recipient(own)))).isEqualTo(dataKey);
    assertThat(asked).isZero();
    assertThat(service.unwrap(wrapped(recipient(sealed)))).isEqualTo(dataKey);
    assertThat(service.unwrap(wrapped(recipient(sealed)))).isEqualTo(dataKey);
    assertThat(asked).as("once for each file").isEqualTo(1);
    PaleException wrong =
        failure(() -> new AgeKeyService(around("wrong")).unwrap(wrapped(recipient(sealed))));
    assertThat(wrong.code()).isEqualTo(476);
    assertThat(failure(() -> age().unwrap(wrapped(recipient(sealed)))).why())
        .contains("needs a passphrase");
  }

  @Test
  void sshKeysAreReadFromTheirUsualPlace() throws Exception {
    Files.createDirectories(home.resolve(".ssh"));
    Process made =
        new ProcessBuilder(
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-C",
                "me@x",
                "-f",
                home.resolve(".ssh/id_ed25519").toString())
            .start();
    assertThat(made.waitFor()).isZero();
    MasterKey key =
        MasterKeys.age(Files.readString(home.resolve(".ssh/id_ed25519.pub")).strip()).getFirst();
    assertThat(key.field("recipient")).endsWith("me@x");
    assertThat(age().unwrap(wrapped(key))).isEqualTo(dataKey);
    Path moved = Files.move(home.resolve(".ssh/id_ed25519"), home.resolve("moved"));
    assertThat(failure(() -> age().unwrap(wrapped(key))).code()).isEqualTo(476);
    variables.put("SOPS_AGE_SSH_PRIVATE_KEY_CMD", "cat " + moved);
    assertThat(age().unwrap(wrapped(key))).isEqualTo(dataKey);
  }

  @Test
  void whatIsNoWrappedKeyIsRefused() {
    variables.put("SOPS_AGE_KEY", text(AgeIdentity.generate()));
    for (String wrong :
        List.of("", "x", "-----BEGIN AGE ENCRYPTED FILE-----", "A".repeat(1 << 17))) {
      MasterKey key = new MasterKey("age", Map.of("recipient", "age1x"), Map.of(), wrong);
      assertThat(failure(() -> age().unwrap(key)).code()).isEqualTo(476);
    }
  }

  @Test
  void oneKeyOfTheGroupIsEnough() {
    AgeIdentity own = AgeIdentity.generate();
    variables.put("SOPS_AGE_KEY", text(own));
    List<List<MasterKey>> wrapped =
        groups()
            .wrap(List.of(List.of(recipient(AgeIdentity.generate()), recipient(own))), 0, dataKey);
    assertThat(groups().recover(wrapped, 0)).isEqualTo(dataKey);
  }

  @Test
  void ofSeveralGroupsAsManyMustOpenAsTheThresholdSays() {
    AgeIdentity one = AgeIdentity.generate();
    AgeIdentity two = AgeIdentity.generate();
    List<List<MasterKey>> plain =
        List.of(
            List.of(recipient(one)),
            List.of(recipient(AgeIdentity.generate())),
            List.of(recipient(two)));
    List<List<MasterKey>> wrapped = groups().wrap(plain, 2, dataKey);
    variables.put("SOPS_AGE_KEY", text(one));
    PaleException tooFew = failure(() -> groups().recover(wrapped, 2));
    assertThat(tooFew.code()).isEqualTo(475);
    assertThat(tooFew.why()).contains("1 of 3 groups opened, 2 must").contains("group 1: age age1");
    variables.put("SOPS_AGE_KEY", text(one) + "\n" + text(two));
    assertThat(groups().recover(wrapped, 2)).isEqualTo(dataKey);
    assertThat(failure(() -> groups().recover(wrapped, 0)).why()).contains("2 of 3 groups");
  }

  @Test
  void anImpossibleThresholdIsRefused() {
    AgeIdentity one = AgeIdentity.generate();
    variables.put("SOPS_AGE_KEY", text(one));
    List<List<MasterKey>> two = List.of(List.of(recipient(one)), List.of(recipient(one)));
    List<List<MasterKey>> wrapped = groups().wrap(two, 0, dataKey);
    for (int wrong : new int[] {1, 3, -1}) {
      assertThat(failure(() -> groups().recover(wrapped, wrong)).code()).isEqualTo(475);
      if (wrong != -1) {
        assertThat(failure(() -> groups().wrap(two, wrong, dataKey)).code()).isEqualTo(480);
      }
    }
  }

  @Test
  void nothingIsWrappedForNobody() {
    assertThat(failure(() -> groups().wrap(List.of(), 0, dataKey)).code()).isEqualTo(480);
    assertThat(failure(() -> groups().wrap(List.of(List.of()), 0, dataKey)).code()).isEqualTo(480);
    MasterKey foreign = new MasterKey("hckms", Map.of("key_id", "x"), Map.of(), "");
    assertThat(failure(() -> groups().wrap(List.of(List.of(foreign)), 0, dataKey)).code())
        .isEqualTo(477);
  }

  @Test
  void theOrderOfKindsIsTheCallers() {
    assertThat(DataKeys.order("")).isEqualTo(List.of("age", "pgp"));
    assertThat(DataKeys.order("pgp, kms")).isEqualTo(List.of("pgp", "kms"));
    assertThatThrownBy(() -> DataKeys.order("age,age"))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(495));
  }

  @Test
  void gpgWrapsAndUnwrapsWithoutNetworkAndTrustQuestions() throws Exception {
    Path keyring = Files.createDirectory(home.resolve("gnupg"));
    Files.setPosixFilePermissions(keyring, PosixFilePermissions.fromString("rwx------"));
    variables.put("GNUPGHOME", keyring.toString());
    try {
      gpg(keyring, "--quick-gen-key", "x <x@example.invalid>", "ed25519", "cert,sign", "0");
      String fingerprint = fingerprint(keyring);
      gpg(keyring, "--quick-add-key", fingerprint, "cv25519", "encr", "0");
      PgpKeyService service = new PgpKeyService(around(""));
      MasterKey key = MasterKeys.pgp(fingerprint, java.time.Instant.now()).getFirst();
      String wrapped = service.wrap(key, dataKey);
      assertThat(wrapped).startsWith("-----BEGIN PGP MESSAGE-----\n");
      assertThat(service.unwrap(new MasterKey("pgp", key.fields(), Map.of(), wrapped)))
          .isEqualTo(dataKey);
      MasterKey unknown = MasterKeys.pgp("0".repeat(40), java.time.Instant.now()).getFirst();
      assertThat(failure(() -> service.wrap(unknown, dataKey)).why()).contains("no such key");
      MasterKey noMessage = new MasterKey("pgp", key.fields(), Map.of(), "hello");
      assertThat(failure(() -> service.unwrap(noMessage)).code()).isEqualTo(476);
      MasterKey option = new MasterKey("pgp", Map.of("fp", "--output=/tmp/x"), Map.of(), "");
      assertThat(failure(() -> service.wrap(option, dataKey)).code()).isEqualTo(481);
    } finally {
      new ProcessBuilder("gpgconf", "--homedir", keyring.toString(), "--kill", "all")
          .start()
          .waitFor();
    }
  }

  private static void gpg(Path keyring, String... arguments) throws Exception {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                "gpg",
                "--homedir",
                keyring.toString(),
                "--batch",
                "--quiet",
                "--pinentry-mode",
                "loopback",
                "--passphrase",
                ""));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
  }

  private static String fingerprint(Path keyring) throws Exception {
    Process process =
        new ProcessBuilder(
                "gpg", "--homedir", keyring.toString(), "--batch", "--with-colons", "--list-keys")
            .start();
    for (String line : new String(process.getInputStream().readAllBytes(), UTF_8).split("\n", -1)) {
      if (line.startsWith("fpr:")) {
        return line.split(":", -1)[9];
      }
    }
    throw new AssertionError("no key");
  }
}
