/** External stores behind one interface: what a reference such as {@code op://…} stands for. */
@org.jspecify.annotations.NullMarked
module dev.pale.providers {
  requires static org.jspecify;
  requires transitive dev.pale.secrets;
  requires dev.pale.system;
  requires dev.pale.crypto;
  requires dev.pale.formats;
  requires dev.pale.sops;
  requires java.net.http;
  requires java.xml;
  requires org.snakeyaml.engine;

  exports dev.pale.providers;
  exports dev.pale.providers.http;
  exports dev.pale.providers.spi;
}
