package dev.pale.secrets;

/**
 * Why a value's bytes are taken out of their {@link SecretValue}. Every place in Pale that touches
 * plaintext names one of these, so that a search for {@code Reveal.} lists them all.
 */
public enum Reveal {
  /** To be sealed by the vault. */
  SEAL,
  /** To be put into a child's environment. */
  CHILD_ENVIRONMENT,
  /** To be put into a private file or fifo for a child. */
  CHILD_FILE,
  /** To build the matcher that masks it. */
  MASK,
  /** To be shown or piped because the user asked for the value. */
  SHOW,
  /** To be written in an export. */
  EXPORT,
  /** To be compared with another value inside Pale. */
  COMPARE,
  /** To be put into its slot of a request that leaves. */
  INJECT,
  /** To be edited by the user. */
  EDIT,
  /** To be used as key material or as a passphrase. */
  KEY
}
