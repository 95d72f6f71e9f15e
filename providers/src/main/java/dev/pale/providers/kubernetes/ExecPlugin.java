package dev.pale.providers.kubernetes;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.bearer.CredentialFile;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.spi.Programs;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A program that gives credentials, named by the user's own kubeconfig ({@code
 * client.authentication.k8s.io}). Started only with the setting {@code allow_exec}, and only when
 * nobody else could have written the kubeconfig. It gets no terminal and no input.
 */
final class ExecPlugin {
  private static final Set<String> VERSIONS =
      Set.of("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1");
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration MARGIN = Duration.ofSeconds(30);
  private static final int MOST_OUTPUT = 1 << 20;

  private final Path kubeconfig;
  private final String version;
  private final String command;
  private final List<String> arguments;
  private final Map<String, String> variables;

  private ExecPlugin(
      Path kubeconfig,
      String version,
      String command,
      List<String> arguments,
      Map<String, String> variables) {
    this.kubeconfig = kubeconfig;
    this.version = version;
    this.command = command;
    this.arguments = arguments;
    this.variables = variables;
  }

  static ExecPlugin of(Path kubeconfig, Map<?, ?> exec) {
    String version = Yaml.text(exec, "apiVersion");
    String command = Yaml.text(exec, "command");
    if (!VERSIONS.contains(version) || command.isEmpty()) {
      throw refused(kubeconfig, "its exec entry has no command or another apiVersion");
    }
    if (Yaml.text(exec, "interactiveMode").equals("Always")
        || Yaml.has(exec, "provideClusterInfo")) {
      throw refused(
          kubeconfig,
          "its exec entry needs a terminal or the cluster's data, which Pale does not give");
    }
    List<String> arguments = new ArrayList<>();
    for (Object each : Yaml.items(exec, "args")) {
      if (!(each instanceof String argument)) {
        throw refused(kubeconfig, "an argument of its exec entry is no text");
      }
      arguments.add(argument);
    }
    Map<String, String> variables = new LinkedHashMap<>();
    for (Object each : Yaml.items(exec, "env")) {
      if (!(each instanceof Map<?, ?> pair)
          || !Yaml.text(pair, "name").matches("[A-Za-z_][A-Za-z0-9_]{0,254}")) {
        throw refused(kubeconfig, "a variable of its exec entry has no name");
      }
      variables.put(Yaml.text(pair, "name"), Yaml.text(pair, "value"));
    }
    return new ExecPlugin(kubeconfig, version, command, arguments, variables);
  }

  KubeUser.Access access(byte[] authority, Surroundings surroundings) {
    requireOwn(surroundings.uid());
    List<String> line = new ArrayList<>();
    line.add(program(surroundings.programs()).toString());
    line.addAll(arguments);
    Map<String, SecretValue> extra = new LinkedHashMap<>();
    variables.forEach((name, value) -> extra.put(name, value(name, value)));
    extra.put("KUBERNETES_EXEC_INFO", value("KUBERNETES_EXEC_INFO", info()));
    try (Programs.Result result =
        surroundings.programs().run(line, extra, new byte[0], LIMIT, MOST_OUTPUT)) {
      if (result.status() != 0) {
        throw PaleException.of(
            611,
            "the kubeconfig's program for credentials failed",
            "it ended with status " + result.status(),
            "run kubectl get secrets yourself to see what it says");
      }
      return access(result.output(), authority, surroundings);
    } finally {
      extra.values().forEach(SecretValue::close);
    }
  }

  private static SecretValue value(String name, String text) {
    return SecretValue.owning(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private String info() {
    return new JsonWriter()
        .beginObject()
        .member("apiVersion", version)
        .member("kind", "ExecCredential")
        .name("spec")
        .beginObject()
        .member("interactive", false)
        .endObject()
        .endObject()
        .toString();
  }

  /** With a slash it is relative to the kubeconfig, as with kubectl; else it is on the PATH. */
  private Path program(Programs programs) {
    return command.indexOf('/') < 0
        ? programs.find(command)
        : kubeconfig.toAbsolutePath().resolveSibling(command).normalize();
  }

  /** Who may write the kubeconfig chooses the program. */
  private void requireOwn(long uid) {
    try {
      Object owner = Files.getAttribute(kubeconfig, "unix:uid");
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(kubeconfig);
      boolean own = owner instanceof Integer id && (id == uid || id == 0);
      if (!own
          || permissions.contains(PosixFilePermission.GROUP_WRITE)
          || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw refused(kubeconfig, "it names a program, and others than you may write it");
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw refused(kubeconfig, "its owner cannot be read");
    }
  }

  private KubeUser.Access access(byte[] output, byte[] authority, Surroundings surroundings) {
    JsonObject credential;
    try {
      credential = Json.parse(output, "output") instanceof JsonObject object ? object : null;
    } catch (PaleException e) {
      credential = null;
    }
    if (credential == null
        || !JsonAnswers.text(credential, "kind").orElse("").equals("ExecCredential")
        || !JsonAnswers.text(credential, "apiVersion").orElse("").equals(version)) {
      throw JsonAnswers.notUnderstood("the kubeconfig's program", "it is no ExecCredential");
    }
    String token = JsonAnswers.text(credential, "status", "token").orElse("");
    byte[] certificate = bytes(credential, "clientCertificateData");
    byte[] key = bytes(credential, "clientKeyData");
    if ((certificate.length == 0) != (key.length == 0) || (token.isEmpty() && key.length == 0)) {
      throw JsonAnswers.notUnderstood("the kubeconfig's program", "it holds no credentials");
    }
    try {
      return new KubeUser.Access(
          KubeUser.tls(authority, certificate, key), token, until(credential, surroundings));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] bytes(JsonObject credential, String name) {
    return JsonAnswers.text(credential, "status", name).orElse("").getBytes(StandardCharsets.UTF_8);
  }

  private static Instant until(JsonObject credential, Surroundings surroundings) {
    String text = JsonAnswers.text(credential, "status", "expirationTimestamp").orElse("");
    try {
      return text.isEmpty() ? Instant.MAX : Instant.parse(text).minus(MARGIN);
    } catch (DateTimeException e) {
      return surroundings.clock().instant();
    }
  }

  private static PaleException refused(Path kubeconfig, String why) {
    return CredentialFile.refused("the kubeconfig " + kubeconfig, why);
  }
}
