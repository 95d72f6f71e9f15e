package dev.pale.providers.kubernetes;

import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.util.List;

/** Secrets of one Kubernetes cluster, API v1. */
public final class KubernetesSecrets implements ProviderType {
  static final String KIND = "k8s";
  static final List<String> EXAMPLES = List.of("k8s://my-namespace/my-secret/DATABASE_URL");

  /** The kind. */
  public KubernetesSecrets() {}

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String title() {
    return "Kubernetes secrets";
  }

  @Override
  public List<String> examples() {
    return EXAMPLES;
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.optional("kubeconfig", "the file; else KUBECONFIG, else ~/.kube/config", ""),
        Setting.optional("context", "of the file; else its current-context", ""),
        Setting.optional("namespace", "for lists and for the test of the provider", ""),
        Setting.optional(
            "allow_exec",
            "true lets the kubeconfig start its own program for credentials",
            "false"),
        Setting.optional(
            "service_account_folder",
            "where a pod finds its token",
            "/var/run/secrets/kubernetes.io/serviceaccount"));
  }

  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    String exec = settings.text("allow_exec").orElse("false");
    if (!exec.equals("true") && !exec.equals("false")) {
      throw PaleException.of(601, "the setting allow_exec is neither true nor false", "", "");
    }
    return new KubeStore(settings, new KubeApi(settings, surroundings));
  }
}
