package dev.pale.sops;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The sealed form of each value of a decrypted file, so that a value which does not change keeps
 * its ciphertext when the file is encrypted again with the same data key. With another data key it
 * is not used, so that a fresh key never meets an old IV.
 *
 * <p>Not thread-safe. Holds hashes of values, keyed with the data key, and sealed values: nothing
 * to wipe but what {@link #close} forgets.
 */
public final class SopsStash implements AutoCloseable {
  private final Map<String, ArrayDeque<byte[]>> sealed = new HashMap<>();
  private String keyMark = "";
  private boolean sealable = true;

  private SopsStash() {}

  /** A stash of nothing, for a file that is encrypted for the first time or with a new data key. */
  public static SopsStash empty() {
    return new SopsStash();
  }

  static SopsStash forKey(byte[] dataKey) {
    SopsStash stash = new SopsStash();
    stash.keyMark = mark(dataKey);
    return stash;
  }

  boolean isFor(byte[] dataKey) {
    return keyMark.equals(mark(dataKey));
  }

  private static String mark(byte[] dataKey) {
    MessageDigest digest = Mac.digest("SHA-256");
    digest.update("dev.pale.sops stash".getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(digest.digest(dataKey));
  }

  /** The file's rule would leave readable what was encrypted: see {@link Opening}. */
  void refuseSealing() {
    sealable = false;
  }

  boolean isSealable() {
    return sealable;
  }

  void put(String associated, SopsNode.Leaf plain, byte[] token) {
    sealed.computeIfAbsent(slot(associated, plain), k -> new ArrayDeque<>()).addLast(token);
  }

  /** Each sealed form is given out once: equal values at one place do not come to share an IV. */
  Optional<byte[]> take(String associated, SopsNode.Leaf plain) {
    ArrayDeque<byte[]> tokens = sealed.get(slot(associated, plain));
    return tokens == null ? Optional.empty() : Optional.ofNullable(tokens.pollFirst());
  }

  private String slot(String associated, SopsNode.Leaf plain) {
    MessageDigest digest = Mac.digest("SHA-256");
    digest.update(keyMark.getBytes(StandardCharsets.US_ASCII));
    byte[] place = associated.getBytes(StandardCharsets.UTF_8);
    digest.update(plain.type().label().getBytes(StandardCharsets.US_ASCII));
    digest.update(ByteBuffer.allocate(5).putInt(1, place.length).array());
    digest.update(place);
    return HexFormat.of().formatHex(digest.digest(plain.view()));
  }

  @Override
  public void close() {
    sealed.clear();
  }
}
