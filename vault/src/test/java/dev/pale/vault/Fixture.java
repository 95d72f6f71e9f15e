package dev.pale.vault;

import dev.pale.secrets.Actor;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A real vault in a temporary folder, and a way to reach past it into its file. */
final class Fixture {
  static final Actor ACTOR = new Actor("tester", "", "", "test", 4711);
  static final Place DEV = new Place("acme", "dev");
  static final Place PROD = new Place("acme", "prod");

  static {
    // Once for all tests, before any of them uses JDBC: two copies of the library in one process
    // do not get on.
    NativeLibrary.unpack(folders(Path.of("target", "sqlite").toAbsolutePath()));
  }

  private Fixture() {}

  static Folders folders(Path root) {
    return Folders.of(Map.of("PALE_HOME", root.resolve("pale").toString()), 0);
  }

  /** A vault with a key file and the environments acme/dev and acme/prod. */
  static LocalVault create(Path root) {
    LocalVault vault =
        VaultAdmin.create(folders(root), new KeySetup.KeyFile(Optional.empty()), ACTOR).vault();
    vault.createProject("acme", ACTOR);
    vault.createEnvironment(DEV, ACTOR);
    vault.createEnvironment(PROD, ACTOR);
    return vault;
  }

  static LocalVault open(Path root) {
    return LocalVault.open(folders(root), Unlocking.silent());
  }

  static SecretName name(String text) {
    return new SecretName(text);
  }

  static SecretValue value(String text) {
    return SecretValue.owning("test", text.getBytes(StandardCharsets.UTF_8));
  }

  static int set(Vault vault, Place place, String name, String value) {
    return vault.set(place, name(name), value(value), ACTOR);
  }

  static String get(Vault vault, Place place, String name) {
    SortedMap<SecretName, SecretValue> found =
        vault.read(ReadRequest.only(place, Set.of(name(name)), ReadRequest.Verb.GET, ACTOR));
    return text(found.get(name(name)));
  }

  static SortedMap<String, String> all(Vault vault, Place place) {
    TreeMap<String, String> texts = new TreeMap<>();
    vault
        .read(ReadRequest.all(place, ReadRequest.Verb.RUN, ACTOR))
        .forEach((name, value) -> texts.put(name.text(), text(value)));
    return texts;
  }

  static String text(SecretValue value) {
    return new String(value.bytes(Reveal.COMPARE), StandardCharsets.UTF_8);
  }

  static Path database(Path root) {
    return folders(root).data().resolve("vault.db");
  }

  /** Changes the file as an attacker would who can write it and has no key. */
  static void tamper(Path root, String... sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database(root));
        var statement = connection.createStatement()) {
      for (String each : sql) {
        statement.executeUpdate(each);
      }
    }
  }

  /** A folder that nobody else can enter, as the vault demands. */
  static Path closed(Path folder) throws Exception {
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }
}
