/**
 * Cryptography behind a few small doors. Sealing values: {@link dev.pale.crypto.Envelope} with
 * {@link dev.pale.crypto.AssociatedData}. Files for other people: {@link dev.pale.crypto.age.Age}.
 * Passphrases: {@link dev.pale.crypto.Passphrase}. The recovery kit: {@link
 * dev.pale.crypto.age.RecoveryCode}.
 *
 * <p>Not provided: storage of keys, prompts, signatures, and any choice of algorithm by
 * configuration. The room knows no other room; every failure is a {@link
 * dev.pale.crypto.CryptoException}, whose message never holds a key, a value or bytes of a file.
 */
package dev.pale.crypto;
