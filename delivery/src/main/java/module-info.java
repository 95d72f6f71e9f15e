/** How values reach a process: environment, file, fifo; masking, pty, exec. */
@org.jspecify.annotations.NullMarked
module dev.pale.delivery {
  requires static org.jspecify;
  requires transitive dev.pale.secrets;
  requires dev.pale.system;

  exports dev.pale.delivery;
}
