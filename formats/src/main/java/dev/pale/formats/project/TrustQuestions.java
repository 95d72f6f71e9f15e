package dev.pale.formats.project;

import dev.pale.formats.toml.TomlValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What in a project file works only after {@code pale trust}. */
final class TrustQuestions {
  private static final String OWN = "pale://";

  private TrustQuestions() {}

  static List<NeedsTrust> of(ProjectFile file, UserConfig user) {
    List<NeedsTrust> found = new ArrayList<>();
    if (file.requireReason().isPresent()
        && file.requireReason().get().compareTo(user.requireReason()) < 0) {
      found.add(
          new NeedsTrust(
              ProjectFile.line(file.tree(), "require_reason"),
              "require_reason",
              "it asks for fewer reasons than your config.toml"));
    }
    if (file.mask().isPresent() && file.mask().get().compareTo(user.mask()) < 0) {
      found.add(
          new NeedsTrust(
              ProjectFile.line(file.tree(), "run"),
              "run.mask",
              "it masks less than your config.toml"));
    }
    for (SecretDeclaration secret : file.secrets()) {
      secret(file, secret, found);
    }
    fence(file, found);
    if (speaksToTheGateway(file)) {
      // A class that most runs never load.
      GatewayTrust.of(file, found);
    }
    if (found.size() > 1) {
      found.sort(Comparator.comparingInt(NeedsTrust::line));
    }
    return found;
  }

  private static void secret(ProjectFile file, SecretDeclaration secret, List<NeedsTrust> found) {
    if (secret.name().isDangerous()) {
      found.add(
          new NeedsTrust(
              secret.line(),
              key(secret, ""),
              "a variable of this name can make programs run other code"));
    }
    String from = secret.from();
    if (!from.isEmpty() && !from.startsWith(OWN)) {
      found.add(
          new NeedsTrust(
              secret.line(), key(secret, ".from"), "a program outside of pale is asked for it"));
    } else if (!from.isEmpty() && !isInside(from, file)) {
      found.add(
          new NeedsTrust(
              secret.line(),
              key(secret, ".from"),
              "it takes a value of another project or environment"));
    }
    if (!secret.hosts().isEmpty()) {
      found.add(
          new NeedsTrust(
              secret.line(), key(secret, ".hosts"), "it decides to whom the value is sent"));
    }
  }

  private static boolean speaksToTheGateway(ProjectFile file) {
    if (file.tree().get("gateway").isPresent()) {
      return true;
    }
    for (SecretDeclaration secret : file.secrets()) {
      if (secret.deliver() == Deliver.GATEWAY) {
        return true;
      }
    }
    return false;
  }

  private static String key(SecretDeclaration secret, String part) {
    return "secrets." + secret.name() + part;
  }

  /** Within the very environment that the file speaks for; prod is not within dev. */
  private static boolean isInside(String from, ProjectFile file) {
    return file.project().isPresent()
        && file.environment().isPresent()
        && from.startsWith(OWN + file.project().get() + "/" + file.environment().get() + "/");
  }

  private static void fence(ProjectFile file, List<NeedsTrust> found) {
    Optional<TomlValue> network = file.fence().get("network");
    if (network.isPresent()
        && !(network.get() instanceof TomlValue.Text text
            && (text.text().equals("none") || text.text().equals("gateway")))) {
      found.add(
          new NeedsTrust(
              ProjectFile.line(file.fence(), "network"),
              "fence.network",
              "it opens the network to the agent"));
    }
    if (file.fence().get("hosts").isPresent()) {
      found.add(
          new NeedsTrust(
              ProjectFile.line(file.fence(), "hosts"),
              "fence.hosts",
              "it decides which hosts the agent reaches"));
    }
    Optional<TomlValue> write = file.fence().get("write");
    if (write.isPresent() && !staysBelow(write.get())) {
      found.add(
          new NeedsTrust(
              ProjectFile.line(file.fence(), "write"),
              "fence.write",
              "it opens folders outside of the project"));
    }
  }

  private static boolean staysBelow(TomlValue write) {
    if (!(write instanceof TomlValue.Array array)) {
      return false;
    }
    for (TomlValue item : array.items()) {
      boolean below =
          item instanceof TomlValue.Text text
              && !text.text().startsWith("/")
              && !text.text().startsWith("~")
              && !text.text().contains("..")
              && !text.text().contains("$");
      if (!below) {
        return false;
      }
    }
    return true;
  }
}
