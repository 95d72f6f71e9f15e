/**
 * Messages for the owner of a Curve25519 key, from nobody in particular: {@link
 * dev.pale.crypto.box.SealedBox}, as libsodium's {@code crypto_box_seal} makes them.
 *
 * <p>Not here: opening them (Pale only sends), boxes with a known sender, and symmetric boxes. What
 * Pale keeps itself is sealed by {@link dev.pale.crypto.Envelope}.
 */
@org.jspecify.annotations.NullMarked
package dev.pale.crypto.box;
