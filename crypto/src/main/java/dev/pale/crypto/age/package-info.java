/**
 * Files in the age format, version 1. Start with {@link dev.pale.crypto.age.Age}; {@link
 * dev.pale.crypto.age.RecoveryCode} is an identity in a form that a person can type.
 *
 * <p>Recipients and identities: X25519, post-quantum (ML-KEM-768 with X25519), passphrase (scrypt),
 * OpenSSH keys (ed25519 and RSA). Not provided here: hardware recipients, plugins, ssh-agent.
 */
package dev.pale.crypto.age;
