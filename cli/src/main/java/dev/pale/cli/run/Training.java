package dev.pale.cli.run;

import dev.pale.cli.context.ActorFactory;
import dev.pale.cli.context.Context;
import dev.pale.formats.project.KnownProjects;
import dev.pale.formats.project.TrustStore;
import dev.pale.secrets.Actor;
import dev.pale.secrets.Place;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import dev.pale.vault.KeySetup;
import dev.pale.vault.VaultAdmin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the recording of the start-up cache needs: a vault to read from. Called by the build with a
 * {@code PALE_HOME} of its own, never by people.
 */
public final class Training {
  /** The command's name. */
  public static final String COMMAND = "training-vault";

  private Training() {}

  /** Whether this process records the cache: it must end by returning, not by being replaced. */
  public static boolean isOn() {
    return Boolean.getBoolean("pale.train");
  }

  /** Makes a vault with a hundred secrets, and a {@code pale.toml} in the current folder. */
  public static int makeVault() {
    Context context = Context.ofProcess();
    if (context.variable("PALE_TRAINING").isEmpty() || context.variable("PALE_HOME").isEmpty()) {
      context.err().println("pale: " + COMMAND + " is for the build alone");
      context.err().flush();
      return 2;
    }
    Actor actor = ActorFactory.of(context, COMMAND, "");
    VaultAdmin.Created made =
        VaultAdmin.create(context.folders(), new KeySetup.KeyFile(Optional.empty()), actor);
    try (var vault = made.vault()) {
      made.recoveryCode().close();
      Place place = new Place("training", "dev");
      vault.createProject(place.project(), actor);
      vault.createEnvironment(place, actor);
      TreeMap<SecretName, SecretValue> values = new TreeMap<>();
      for (int i = 0; i < 100; i++) {
        SecretName name = SecretName.of("TRAINING_" + i);
        byte[] value =
            ("not-a-secret-" + i + "-0123456789abcdef").getBytes(StandardCharsets.US_ASCII);
        values.put(name, SecretValue.owning(name.text(), value));
      }
      vault.setAll(place, values, actor);
    }
    try {
      Files.writeString(
          Path.of("pale.toml"),
          """
          project = "training"
          environment = "dev"

          [secrets.TRAINING_1]
          description = "for the start-up cache"

          [secrets.TRAINING_2]
          deliver = "gateway"
          hosts = ["rehearsal.pale.invalid"]
          slots = ["scheme:Bearer"]
          """);
      new TrustStore(Folders.create(context.folders().state(), context.uid()))
          .trust(context.cwd().resolve("pale.toml"), Files.readAllBytes(Path.of("pale.toml")));
      new KnownProjects(Folders.create(context.folders().state(), context.uid()))
          .remember(context.cwd().resolve("pale.toml"), "training", Optional.of("dev"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return 0;
  }
}
