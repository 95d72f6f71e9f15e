/**
 * AWS Signature Version 4: {@link dev.pale.crypto.sigv4.SigV4} signs a request, {@link
 * dev.pale.crypto.sigv4.SigV4Verifier} tells whether a request was signed with a key that one
 * knows.
 *
 * <p>Not here: SigV4a (the asymmetric form), the signatures of single chunks of a streamed body,
 * and sending anything.
 */
package dev.pale.crypto.sigv4;
