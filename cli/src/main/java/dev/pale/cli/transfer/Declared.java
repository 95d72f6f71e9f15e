package dev.pale.cli.transfer;

import dev.pale.secrets.SecretName;

/**
 * A secret that another tool's file declares, for {@code pale.toml}.
 *
 * @param description for people; may be empty
 * @param optional whether a program does without it
 * @param from where its value is; empty for the vault
 */
public record Declared(SecretName name, String description, boolean optional, String from) {}
