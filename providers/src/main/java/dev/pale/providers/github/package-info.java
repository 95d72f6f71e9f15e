/**
 * Secrets of GitHub Actions, which can be written and never read: {@link
 * dev.pale.providers.github.GitHubSecrets}.
 */
@org.jspecify.annotations.NullMarked
package dev.pale.providers.github;
