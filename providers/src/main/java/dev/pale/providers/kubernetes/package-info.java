/**
 * Secrets of Kubernetes clusters: {@link dev.pale.providers.kubernetes.KubernetesSecrets}. How they
 * lie in the cluster's own store (encrypted or not) is the cluster's matter.
 */
@org.jspecify.annotations.NullMarked
package dev.pale.providers.kubernetes;
