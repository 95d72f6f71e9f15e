/** Bitwarden Secrets Manager: {@link dev.pale.providers.bitwarden.BitwardenSecrets}. */
package dev.pale.providers.bitwarden;
