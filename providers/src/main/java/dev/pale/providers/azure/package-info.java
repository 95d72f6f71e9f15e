/**
 * Azure: Key Vault's secrets as a store ({@link dev.pale.providers.azure.AzureKeyVault}), its keys
 * for SOPS files ({@link dev.pale.providers.azure.AzureKeyService}).
 */
@org.jspecify.annotations.NullMarked
package dev.pale.providers.azure;
