/**
 * The nouns. Start with {@link dev.pale.secrets.SecretValue} and {@link
 * dev.pale.secrets.SecretSource}. Not provided here: storage, encryption, and any knowledge of
 * processes, files or terminals.
 */
package dev.pale.secrets;
