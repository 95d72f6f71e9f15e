package dev.pale.formats.project;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a project file says to the gateway that works only after {@code pale trust}: everything that
 * decides where a value goes, and what may leave. What only narrows needs none.
 */
final class GatewayTrust {
  private GatewayTrust() {}

  static void of(ProjectFile file, List<NeedsTrust> found) {
    for (SecretDeclaration secret : file.secrets()) {
      if (secret.deliver() == Deliver.GATEWAY) {
        secret(secret, file.gatewaySecret(secret), found);
      }
    }
    Optional<ProjectGateway> gateway =
        file.tree().get(GatewayReader.GATEWAY).isPresent()
            ? Optional.of(file.gateway())
            : Optional.empty();
    if (gateway.isEmpty()) {
      return;
    }
    if (gateway.get().observe()) {
      found.add(
          new NeedsTrust(
              file.gatewayLine("mode"),
              "gateway.mode",
              "it lets requests to every host out, without secrets"));
    }
    for (GatewayRule rule : gateway.get().rules()) {
      if (!rule.action().equals("deny")) {
        found.add(
            new NeedsTrust(
                rule.line(),
                "gateway.rules",
                "it decides which hosts the agent reaches: " + String.join(", ", rule.hosts())));
      }
    }
  }

  private static void secret(
      SecretDeclaration secret, GatewaySecret gateway, List<NeedsTrust> found) {
    if (!gateway.service().isEmpty() && !isSuggested(secret.name().text(), gateway.service())) {
      add(secret, gateway, "service", "it decides to whom the value is sent", found);
    }
    if (!gateway.slots().isEmpty()) {
      add(secret, gateway, "slots", "it decides where in a request the value may stand", found);
    }
    if (gateway.whenAbsent().orElse(false)) {
      add(secret, gateway, "when_absent", "it sends the value with requests that hold none", found);
    }
    if (gateway.sharedHosts()) {
      add(secret, gateway, "shared_hosts", "it sends the value where anybody can rent", found);
    }
    if (gateway.plainHttp()) {
      add(secret, gateway, "plain_http", "it sends the value without encryption", found);
    }
  }

  private static void add(
      SecretDeclaration secret,
      GatewaySecret gateway,
      String key,
      String why,
      List<NeedsTrust> found) {
    found.add(
        new NeedsTrust(
            gateway.line(key, secret.line()), "secrets." + secret.name() + "." + key, why));
  }

  /** {@code HUGGING_FACE_TOKEN} suggests {@code huggingface}: its first words are the service's. */
  private static boolean isSuggested(String name, String service) {
    String wanted = service.replace("-", "").replace("_", "").replace(".", "");
    StringBuilder words = new StringBuilder();
    for (String word : name.toLowerCase(Locale.ROOT).split("_", -1)) {
      words.append(word);
      if (wanted.contentEquals(words)) {
        return true;
      }
    }
    return false;
  }
}
