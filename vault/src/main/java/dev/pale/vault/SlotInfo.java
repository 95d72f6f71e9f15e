package dev.pale.vault;

import java.time.Instant;

/**
 * One way to unlock the vault, as listed.
 *
 * @param id its number, for removing it
 * @param kind {@code keyfile}, {@code passphrase}, {@code age}, {@code keychain} or {@code
 *     recovery}
 * @param detail where the key file is, or the recipient; empty when there is nothing to tell
 */
public record SlotInfo(long id, String kind, String detail, Instant created) {}
