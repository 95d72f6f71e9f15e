package dev.pale.vault;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import dev.pale.crypto.age.Age;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.crypto.age.AgeRecipient;
import dev.pale.crypto.age.RecoveryCode;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The slots that are age files: for an identity of the user, and for the recovery code. Params are
 * the recipient and, on a line of its own, where the identity was; the file holds the vault's id
 * and the root key, so that a slot of another vault is noticed.
 */
final class AgeSlot {
  /** The code of the error that an identity's passphrase has to be asked for. */
  static final int PASSPHRASE_NEEDED = 235;

  private static final int ID_BYTES = 16;

  private AgeSlot() {}

  static Slot make(
      long id, String recipient, Optional<Path> identity, byte[] vault, byte[] root, long now) {
    AgeRecipient to;
    try {
      to = AgeRecipient.parse(recipient);
    } catch (CryptoException e) {
      throw PaleException.of(
          233,
          "not an age recipient or ssh public key",
          String.valueOf(e.getMessage()),
          "give age1..., or a line of an ssh .pub file",
          e);
    }
    String params =
        recipient.strip()
            + (identity.isPresent() ? "\n" + identity.get().toAbsolutePath().normalize() : "");
    return new Slot(id, Slot.AGE, params, now, seal(to, vault, root), new byte[0]);
  }

  private static byte[] seal(AgeRecipient to, byte[] vault, byte[] root) {
    byte[] both = Arrays.copyOf(vault, ID_BYTES + root.length);
    System.arraycopy(root, 0, both, ID_BYTES, root.length);
    try {
      return Age.encrypt(both, List.of(to));
    } finally {
      Keys.wipe(both);
    }
  }

  static String recipient(Slot slot) {
    int end = slot.params.indexOf('\n');
    return end < 0 ? slot.params : slot.params.substring(0, end);
  }

  static Optional<Path> identity(Slot slot) {
    int end = slot.params.indexOf('\n');
    return end < 0 ? Optional.empty() : Optional.of(Path.of(slot.params.substring(end + 1)));
  }

  /**
   * The root key.
   *
   * @param given a file to use instead of the one that the slot names
   * @param passphrase of that file; empty when none was asked for yet; not changed
   * @throws PaleException {@link #PASSPHRASE_NEEDED} when the file is encrypted and the passphrase
   *     empty, 209 when it is wrong
   */
  static byte[] open(Slot slot, byte[] vault, Optional<Path> given, byte[] passphrase) {
    Path path = path(slot, given);
    FileGuard.check("identity", path);
    byte[] file = new byte[0];
    List<AgeIdentity> identities = List.of();
    try {
      file = Files.readAllBytes(path);
      identities = parsed(path, file, passphrase);
      return opened(slot, vault, identities);
    } catch (CryptoException e) {
      throw PaleException.of(
          e.kind() == CryptoException.Kind.NO_MATCHING_IDENTITY ? 201 : 233,
          "this identity does not open the vault",
          path + ": " + e.getMessage() + "; the vault's slot is for " + recipient(slot),
          "name the right one: pale unlock --identity FILE",
          e);
    } catch (IOException e) {
      throw PaleException.of(233, "the identity cannot be read", path.toString(), "", e);
    } finally {
      Keys.wipe(file);
      identities.forEach(AgeIdentity::close);
    }
  }

  private static List<AgeIdentity> parsed(Path path, byte[] file, byte[] passphrase) {
    try {
      return passphrase.length == 0
          ? AgeIdentity.parseFile(file)
          : AgeIdentity.parseFile(file, passphrase);
    } catch (CryptoException e) {
      switch (e.kind()) {
        case PASSPHRASE_NEEDED ->
            throw PaleException.of(
                PASSPHRASE_NEEDED,
                "the vault is locked",
                "the identity " + path + " has a passphrase, and there is no terminal to ask on",
                "pale unlock in a terminal, then try again",
                e);
        case AUTHENTICATION, NO_MATCHING_IDENTITY ->
            throw PaleException.of(
                209,
                "wrong passphrase",
                "it does not open the identity " + path,
                "try again, or pale vault recover with the recovery code",
                e);
        default -> throw e;
      }
    }
  }

  /** Where the identity is, which must be there. */
  static Path path(Slot slot, Optional<Path> given) {
    Path path =
        given
            .or(() -> identity(slot))
            .orElseThrow(() ->
                PaleException.of(
                    206,
                    "the vault is locked",
                    "it opens by an age identity, and no file is known",
                    "name it: pale unlock --identity FILE"));
    if (!Files.exists(path)) {
      throw PaleException.of(
          233,
          "the identity is not there",
          path.toString(),
          "put it back, or name another: pale unlock --identity FILE");
    }
    return path;
  }

  private static byte[] opened(Slot slot, byte[] vault, List<AgeIdentity> identities) {
    byte[] both = Age.decrypt(slot.wrapped, identities);
    try {
      if (both.length != ID_BYTES + 32
          || !Keys.equal(Arrays.copyOf(both, ID_BYTES), Arrays.copyOf(vault, ID_BYTES))) {
        throw Failures.changed(228, "slot " + slot.id, "it belongs to another vault");
      }
      return Arrays.copyOfRange(both, ID_BYTES, both.length);
    } finally {
      Keys.wipe(both);
    }
  }

  /** A slot for a new recovery code, with the code as it is shown. */
  static Slots.Recovery recovery(long id, byte[] vault, byte[] root, long now) {
    try (RecoveryCode code = RecoveryCode.generate()) {
      AgeRecipient to = code.recipient();
      return new Slots.Recovery(
          new Slot(id, Slot.RECOVERY, to.text(), now, seal(to, vault, root), new byte[0]),
          SecretValue.owning("recovery code", code.groups()));
    }
  }

  /**
   * A recovery slot for the code that is already in the user's drawer.
   *
   * @param before its slot, which must have been authenticated
   */
  static Slot recoveryAgain(Slot before, byte[] vault, byte[] root, long now) {
    AgeRecipient to = AgeRecipient.parse(before.params);
    return new Slot(
        before.id, Slot.RECOVERY, before.params, now, seal(to, vault, root), new byte[0]);
  }

  /** The root key, by the recovery code as a person typed it. */
  static byte[] recover(List<Slot> slots, byte[] vault, byte[] typed) {
    try (RecoveryCode code = RecoveryCode.parse(typed)) {
      for (Slot slot : slots) {
        if (slot.kind.equals(Slot.RECOVERY)) {
          return opened(slot, vault, List.of(code.identity()));
        }
      }
    } catch (CryptoException e) {
      boolean typo = e.kind() == CryptoException.Kind.TYPO;
      throw PaleException.of(
          208,
          typo ? "the recovery code has a slip in it" : "the recovery code does not open the vault",
          String.valueOf(e.getMessage()),
          typo ? "compare it with the recovery kit, group by group" : "use the newest recovery kit",
          e);
    }
    throw PaleException.of(208, "the vault has no recovery code", "", "pale vault restore FILE");
  }
}
