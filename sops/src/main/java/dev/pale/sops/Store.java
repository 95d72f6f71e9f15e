package dev.pale.sops;

/** Reads and writes one format. */
interface Store {
  SopsTree readPlain(byte[] content);

  byte[] writePlain(SopsTree tree, SopsTree.Indent indent);

  byte[] writeValue(SopsNode node, SopsTree.Indent indent);

  SopsFile readSealed(byte[] content);

  byte[] writeSealed(SopsFile file, SopsTree.Indent indent);
}
