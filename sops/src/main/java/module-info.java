/** SOPS files: read, written and edited as sops itself does. */
@org.jspecify.annotations.NullMarked
module dev.pale.sops {
  requires static org.jspecify;
  requires transitive dev.pale.secrets;
  requires transitive dev.pale.crypto;
  requires dev.pale.formats;
  requires org.snakeyaml.engine;
  requires re2j;

  exports dev.pale.sops;
}
