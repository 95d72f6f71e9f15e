package dev.pale.gateway.inject;

import dev.pale.secrets.SecretName;

/**
 * A secret that a request takes along.
 *
 * @param name the secret
 * @param slot where it is put, as a service file spells it: {@code scheme:Bearer}
 */
public record Use(SecretName name, String slot) {}
