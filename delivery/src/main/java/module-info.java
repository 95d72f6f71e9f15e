/** How values reach a process: environment, file, fifo; masking, pty, exec. */
@org.jspecify.annotations.NullMarked
module dev.pale.delivery {
  requires static org.jspecify;
  requires jdk.unsupported;
  requires transitive dev.pale.secrets;
  requires transitive dev.pale.system;

  exports dev.pale.delivery;
}
