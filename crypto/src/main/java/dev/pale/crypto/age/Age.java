package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Encrypts files to recipients and decrypts them with identities, in the age format, version 1
 * (https://age-encryption.org/v1). Files are exchanged with the age command in both directions.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>Only who holds an identity of one of the recipients learns the content. The length, the
 *       number and the types of recipients are visible, and for ssh keys which they are.
 *   <li>A change of any bit, a missing end and anything added is noticed. The byte forms give out
 *       nothing of a file that is not whole; the streams give out only chunks that were
 *       authenticated, and throw before the end of a file that is not whole.
 *   <li>Not guaranteed: who wrote a file. Anybody who knows the recipients can write one.
 *   <li>Reading is strict: for the same stanzas and payload there is one file only.
 * </ul>
 *
 * <p>Thread-safe; the streams are not.
 */
public final class Age {
  static final int FILE_KEY_BYTES = 16;
  static final int WRAPPED_KEY_BYTES = FILE_KEY_BYTES + ChaCha.TAG_BYTES;

  private Age() {}

  /**
   * Encrypts to one or more recipients.
   *
   * @param plaintext not changed; the caller wipes it
   * @return an age file in its binary form
   * @throws CryptoException {@link CryptoException.Kind#UNSUPPORTED} for recipients that do not go
   *     together
   */
  public static byte[] encrypt(byte[] plaintext, List<AgeRecipient> recipients) {
    ByteArrayOutputStream file = new ByteArrayOutputStream(plaintext.length + 1024);
    try (OutputStream out = encrypting(file, recipients)) {
      out.write(plaintext);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  /** As {@link #encrypt}, in the text form (armor), in ASCII. */
  public static byte[] encryptArmored(byte[] plaintext, List<AgeRecipient> recipients) {
    ByteArrayOutputStream file = new ByteArrayOutputStream(plaintext.length / 3 * 4 + 2048);
    try (OutputStream out = encryptingArmored(file, recipients)) {
      out.write(plaintext);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  /**
   * Decrypts the binary or the text form.
   *
   * @param file not changed
   * @param identities tried in this order
   * @return the plaintext, a new array that belongs to the caller
   * @throws CryptoException {@link CryptoException.Kind#NO_MATCHING_IDENTITY}, {@link
   *     CryptoException.Kind#FORMAT}, {@link CryptoException.Kind#LIMIT}, {@link
   *     CryptoException.Kind#UNSUPPORTED}, or {@link CryptoException.Kind#AUTHENTICATION} for a
   *     file that was changed
   */
  public static byte[] decrypt(byte[] file, List<AgeIdentity> identities) {
    try (InputStream in = decrypting(new ByteArrayInputStream(file), identities)) {
      // At most the file's length, so no half-filled copies of plaintext are left behind.
      byte[] room = new byte[file.length];
      try {
        return java.util.Arrays.copyOf(room, in.readNBytes(room, 0, room.length));
      } finally {
        Keys.wipe(room);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A stream that encrypts what is written to it, in the binary form. Closing it writes the end and
   * closes {@code out}; a file without its end cannot be decrypted, so after a failure do not close
   * this stream but {@code out}.
   *
   * @throws IOException when the header cannot be written
   */
  public static OutputStream encrypting(OutputStream out, List<AgeRecipient> recipients)
      throws IOException {
    checkTogether(recipients);
    byte[] fileKey = Keys.random(FILE_KEY_BYTES);
    try {
      List<Stanza> stanzas = new ArrayList<>();
      Set<String> labels = recipients.getFirst().labels();
      for (AgeRecipient recipient : recipients) {
        AgeRecipient.Wrapped wrapped = recipient.wrapAll(fileKey);
        // What a plugin's recipients may be combined with is known only now.
        if (stanzas.isEmpty()) {
          labels = wrapped.labels();
        } else if (!wrapped.labels().equals(labels)) {
          throw notTogether(labels, wrapped.labels());
        }
        stanzas.addAll(wrapped.stanzas());
      }
      out.write(Header.of(stanzas, fileKey).encoded());
      byte[] nonce = Keys.random(Stream.NONCE_BYTES);
      out.write(nonce);
      return new PayloadOutput(out, Stream.cipher(fileKey, nonce));
    } finally {
      Keys.wipe(fileKey);
    }
  }

  /** As {@link #encrypting}, in the text form (armor). */
  public static OutputStream encryptingArmored(OutputStream out, List<AgeRecipient> recipients)
      throws IOException {
    return encrypting(new ArmorOutput(out), recipients);
  }

  /**
   * A stream of the plaintext of a file in the binary or the text form. The header is read and
   * verified by this call. Reading throws {@link dev.pale.crypto.AuthenticationException} where the
   * file is damaged or ends too early: what was read before is genuine, but it is not the whole
   * file.
   *
   * @throws CryptoException as {@link #decrypt}
   * @throws IOException when {@code in} fails
   */
  public static InputStream decrypting(InputStream in, List<AgeIdentity> identities)
      throws IOException {
    BufferedInputStream raw = new BufferedInputStream(in, 16 * 1024);
    InputStream buffered =
        Armor.isArmored(raw) ? new BufferedInputStream(new ArmorInput(raw), 16 * 1024) : raw;
    Header header = Header.read(buffered);
    for (Stanza stanza : header.stanzas()) {
      if (stanza.type().equals(ScryptRecipient.TYPE) && header.stanzas().size() > 1) {
        throw Encoding.malformed("a passphrase is not the only recipient");
      }
    }
    byte[] fileKey = fileKey(header, identities);
    try {
      header.verify(fileKey);
      byte[] nonce = buffered.readNBytes(Stream.NONCE_BYTES);
      if (nonce.length != Stream.NONCE_BYTES) {
        throw Encoding.malformed("it ends before its payload");
      }
      return new PayloadInput(buffered, Stream.cipher(fileKey, nonce));
    } finally {
      Keys.wipe(fileKey);
    }
  }

  private static byte[] fileKey(Header header, List<AgeIdentity> identities) {
    for (AgeIdentity identity : identities) {
      Optional<byte[]> fileKey = identity.unwrap(header.stanzas());
      if (fileKey.isPresent()) {
        return fileKey.get();
      }
    }
    throw new CryptoException(
        CryptoException.Kind.NO_MATCHING_IDENTITY,
        "an age file is not encrypted to any of the identities offered");
  }

  private static void checkTogether(List<AgeRecipient> recipients) {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("there is no recipient");
    }
    Set<String> labels = recipients.getFirst().labels();
    for (AgeRecipient recipient : recipients) {
      if (recipient instanceof PluginRecipient
          || recipients.getFirst() instanceof PluginRecipient) {
        continue;
      }
      if (!recipient.labels().equals(labels)
          || (recipient instanceof ScryptRecipient && recipients.size() > 1)) {
        throw notTogether(labels, recipient.labels());
      }
    }
  }

  private static CryptoException notTogether(Set<String> some, Set<String> others) {
    return new CryptoException(
        CryptoException.Kind.UNSUPPORTED,
        some.contains(ScryptRecipient.TYPE) || others.contains(ScryptRecipient.TYPE)
            ? "a passphrase cannot be combined with other recipients"
            : "a post-quantum recipient cannot be combined with one that is not");
  }
}
