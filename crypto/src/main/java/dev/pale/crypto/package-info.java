/**
 * Envelope encryption, age, and the unlocking of keys. Depends on the JDK alone, but for Argon2id.
 */
package dev.pale.crypto;
