package dev.pale.providers.kubernetes;

import dev.pale.providers.bearer.CredentialFile;
import dev.pale.providers.bearer.Values;
import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which cluster, and how to sign in: from the user's kubeconfig files, else from what a pod finds
 * (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/).
 *
 * <p>Refused, because they would weaken the connection or need what Pale does not do: {@code
 * insecure-skip-tls-verify}, {@code tls-server-name}, {@code proxy-url}, passwords, {@code
 * auth-provider}, impersonation.
 */
final class KubeConfig {
  private static final Pattern BASE = Pattern.compile("(/[A-Za-z0-9._~-]+)*");
  private static final String FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";
  private static final List<String> NOT_OF_CLUSTERS =
      List.of("insecure-skip-tls-verify", "tls-server-name", "proxy-url");
  private static final List<String> NOT_OF_USERS =
      List.of(
          "username", "password", "auth-provider", "as", "as-uid", "as-groups", "as-user-extra");

  private final Origin origin;
  private final String base;
  private final byte[] authority;
  private final KubeUser user;

  private KubeConfig(Origin origin, String base, byte[] authority, KubeUser user) {
    this.origin = origin;
    this.base = base;
    this.authority = authority;
    this.user = user;
  }

  Origin origin() {
    return origin;
  }

  /** What goes before each path, without a slash at its end. */
  String base() {
    return base;
  }

  /** The cluster's own authority, PEM; empty for the runtime's. */
  byte[] authority() {
    return authority;
  }

  KubeUser user() {
    return user;
  }

  static KubeConfig find(ProviderSettings settings, Surroundings surroundings) {
    List<Path> files = files(settings, surroundings);
    if (files.isEmpty()) {
      return inCluster(settings, surroundings);
    }
    List<Part> parts = new ArrayList<>();
    for (Path file : files) {
      byte[] bytes = CredentialFile.read(file, "the kubeconfig " + file);
      try {
        parts.add(new Part(file, Yaml.mapping(bytes, "the kubeconfig " + file)));
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
    return of(parts, settings, usual(surroundings));
  }

  /** A file and its content. */
  private record Part(Path file, Map<?, ?> content) {}

  /** An entry of a list and the file that it is in. */
  record Entry(Path file, Map<?, ?> content) {
    Path path(String relative) {
      return file.resolveSibling(relative);
    }
  }

  private static Path usual(Surroundings surroundings) {
    return surroundings.home().resolve(".kube").resolve("config");
  }

  private static List<Path> files(ProviderSettings settings, Surroundings surroundings) {
    Optional<String> set = settings.text("kubeconfig");
    if (set.isPresent()) {
      return List.of(surroundings.cwd().resolve(set.get()));
    }
    List<Path> files = new ArrayList<>();
    for (String each : surroundings.variables().get("KUBECONFIG").split(":", -1)) {
      if (!each.isEmpty() && Files.exists(surroundings.cwd().resolve(each))) {
        files.add(surroundings.cwd().resolve(each));
      }
    }
    Path usual = usual(surroundings);
    if (files.isEmpty() && Files.exists(usual)) {
      files.add(usual);
    }
    return files;
  }

  /** A variable of an {@code .envrc} must not name a file that names a program. */
  private static boolean mayStart(Entry user, ProviderSettings settings, Path usual) {
    return settings.text("allow_exec").orElse("").equals("true")
        && (settings.text("kubeconfig").isPresent() || user.file().equals(usual));
  }

  private static KubeConfig of(List<Part> parts, ProviderSettings settings, Path usual) {
    String name =
        settings
            .text("context")
            .orElseGet(() ->
                parts.stream()
                    .map(part -> Yaml.text(part.content, "current-context"))
                    .filter(text -> !text.isEmpty())
                    .findFirst()
                    .orElse(""));
    Entry context = entry(parts, "contexts", "context", name);
    Entry cluster = entry(parts, "clusters", "cluster", Yaml.text(context.content, "cluster"));
    Entry user = entry(parts, "users", "user", Yaml.text(context.content, "user"));
    refuse(cluster, NOT_OF_CLUSTERS);
    refuse(user, NOT_OF_USERS);
    URI server = server(Yaml.text(cluster.content, "server"));
    return new KubeConfig(
        origin(server),
        base(server),
        data(cluster, "certificate-authority"),
        KubeUser.of(user, mayStart(user, settings, usual)));
  }

  private static Entry entry(List<Part> parts, String list, String kind, String name) {
    for (Part part : parts) {
      for (Object item : Yaml.items(part.content, list)) {
        if (item instanceof Map<?, ?> each && !name.isEmpty() && name.equals(each.get("name"))) {
          return new Entry(part.file, Yaml.inside(each, kind).orElse(Map.of()));
        }
      }
    }
    throw PaleException.of(
        632,
        "the kubeconfig has no " + kind + " of the name that is asked for",
        name.isEmpty() ? "no name is given: current-context is not set" : "",
        "set context to one that kubectl config get-contexts lists");
  }

  private static void refuse(Entry entry, List<String> names) {
    for (String name : names) {
      if (Yaml.has(entry.content, name)) {
        throw CredentialFile.refused(
            "the kubeconfig " + entry.file, name + " is set, which Pale does not support");
      }
    }
  }

  private static URI server(String text) {
    try {
      URI uri = new URI(text);
      String path = uri.getRawPath() == null ? "" : uri.getRawPath();
      if (uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && BASE.matcher(path.replaceFirst("/$", "")).matches()
          && !path.contains("/.")) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw CredentialFile.refused("the cluster's server", "it is no URL, or has more than a path");
  }

  private static Origin origin(URI server) {
    return Origin.parse(
        server.getScheme() + "://" + server.getRawAuthority(), "server of the kubeconfig");
  }

  private static String base(URI server) {
    return server.getRawPath() == null ? "" : server.getRawPath().replaceFirst("/$", "");
  }

  /** What is given as {@code NAME-data} in base64 or as a file {@code NAME}; empty for nothing. */
  static byte[] data(Entry entry, String name) {
    String inline = Yaml.text(entry.content, name + "-data");
    if (!inline.isEmpty()) {
      return Values.base64(inline)
          .orElseThrow(() ->
              CredentialFile.refused(
                  "the kubeconfig " + entry.file, name + "-data is not in base64"));
    }
    String file = Yaml.text(entry.content, name);
    return file.isEmpty() ? new byte[0] : CredentialFile.read(entry.path(file), name);
  }

  private static KubeConfig inCluster(ProviderSettings settings, Surroundings surroundings) {
    String host = surroundings.variables().get("KUBERNETES_SERVICE_HOST");
    String port = surroundings.variables().get("KUBERNETES_SERVICE_PORT");
    if (host.isEmpty() || port.isEmpty()) {
      throw PaleException.of(
          632,
          "there is no kubeconfig",
          "neither KUBECONFIG nor ~/.kube/config is there, and this is no pod",
          "set the provider's kubeconfig");
    }
    Path folder =
        surroundings.cwd().resolve(settings.text("service_account_folder").orElse(FOLDER));
    String address = host.contains(":") ? "[" + host + "]" : host;
    return new KubeConfig(
        Origin.parse("https://" + address + ":" + port, "KUBERNETES_SERVICE_HOST"),
        "",
        CredentialFile.read(folder.resolve("ca.crt"), "the pod's ca.crt"),
        KubeUser.ofTokenFile(folder.resolve("token")));
  }

  @Override
  public String toString() {
    return "[kubeconfig for " + origin + "]";
  }
}
