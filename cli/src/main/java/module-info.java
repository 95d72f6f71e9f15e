/** The commands: the only room that knows a terminal. */
@org.jspecify.annotations.NullMarked
module dev.pale.cli {
  requires static org.jspecify;
  requires dev.pale.secrets;
  requires dev.pale.system;
  requires dev.pale.crypto;
  requires dev.pale.formats;
  requires dev.pale.vault;
  requires dev.pale.delivery;
  requires info.picocli;
}
