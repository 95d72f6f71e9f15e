package dev.pale.crypto.sigv4;

/**
 * How a service wants its requests signed.
 *
 * @param normalizePath whether {@code .}, {@code ..} and empty parts of the path are resolved
 *     before signing
 * @param doubleEncode whether the path is encoded as it is sent, percent signs included; S3 encodes
 *     the plain path, once
 * @param sendPayloadHash whether the header {@code x-amz-content-sha256} is sent and signed
 * @param omitSessionToken whether the session token is added after signing, unsigned
 */
public record SigningRules(
    boolean normalizePath,
    boolean doubleEncode,
    boolean sendPayloadHash,
    boolean omitSessionToken) {
  /** Every service but S3. */
  public static final SigningRules STANDARD = new SigningRules(true, true, false, false);

  /** S3: object names are signed as they are. */
  public static final SigningRules S3 = new SigningRules(false, false, true, false);
}
