/**
 * Decryption of what dotenvx encrypts: ECIES on secp256k1. For moving values to Pale; nothing is
 * encrypted with it.
 */
package dev.pale.crypto.ecies;
