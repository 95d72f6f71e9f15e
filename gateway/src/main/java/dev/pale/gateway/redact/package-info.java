/**
 * Keeps real values from coming back: {@link dev.pale.gateway.redact.Redactor} puts the placeholder
 * where an upstream server reflects a value, in heads and in bodies.
 *
 * <p>What no search can close: a server that changes the value in a way that is no rendering of it
 * (reverses, hashes or encrypts it, answers yes or no about it, spreads it over several fields or
 * messages), and values inside files that are compressed or encrypted themselves (an archive that
 * is downloaded).
 */
package dev.pale.gateway.redact;
