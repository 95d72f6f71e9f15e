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
  requires dev.pale.sops;
  requires dev.pale.providers;
  requires dev.pale.gateway;
  requires info.picocli;

  opens dev.pale.cli to
      info.picocli;
  opens dev.pale.cli.age to
      info.picocli;
  opens dev.pale.cli.edit to
      info.picocli;
  opens dev.pale.cli.environment to
      info.picocli;
  opens dev.pale.cli.gateway to
      info.picocli;
  opens dev.pale.cli.help to
      info.picocli;
  opens dev.pale.cli.inrepo to
      info.picocli;
  opens dev.pale.cli.keep to
      info.picocli;
  opens dev.pale.cli.log to
      info.picocli;
  opens dev.pale.cli.project to
      info.picocli;
  opens dev.pale.cli.provider to
      info.picocli;
  opens dev.pale.cli.reference to
      info.picocli;
  opens dev.pale.cli.run to
      info.picocli;
  opens dev.pale.cli.secret to
      info.picocli;
  opens dev.pale.cli.session to
      info.picocli;
  opens dev.pale.cli.sops to
      info.picocli;
  opens dev.pale.cli.transfer to
      info.picocli;
}
