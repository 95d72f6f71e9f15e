/** Commands about single secrets: start with {@link dev.pale.cli.secret.SecretCommands}. */
package dev.pale.cli.secret;
