package dev.pale.sops;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Leaves as text for formats that know texts only. */
final class PlainText {
  private PlainText() {}

  static String of(SopsNode.Leaf leaf) {
    return switch (leaf.type()) {
      case BOOL -> isTrue(leaf) ? "true" : "false";
      case NULL -> "null";
      default -> leaf.string();
    };
  }

  static byte[] bytes(SopsNode.Leaf leaf) {
    return switch (leaf.type()) {
      case BOOL, NULL -> of(leaf).getBytes(StandardCharsets.US_ASCII);
      default -> leaf.view();
    };
  }

  static boolean isTrue(SopsNode.Leaf leaf) {
    return leaf.view().length == 4;
  }

  /** Empty when the bytes are not UTF-8. */
  static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
