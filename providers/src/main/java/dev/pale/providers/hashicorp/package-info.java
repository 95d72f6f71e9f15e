/**
 * HashiCorp Vault and OpenBao over their HTTP API: start at {@link
 * dev.pale.providers.hashicorp.HashicorpVault}. Classes are called Hashi to keep them apart from
 * Pale's own vault.
 */
package dev.pale.providers.hashicorp;
