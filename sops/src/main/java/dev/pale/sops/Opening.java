package dev.pale.sops;

/** Opens a sealed file. */
final class Opening {
  private Opening() {}

  static Decrypted open(SopsFile file, byte[] dataKey, boolean macRequired) {
    throw new UnsupportedOperationException();
  }
}
