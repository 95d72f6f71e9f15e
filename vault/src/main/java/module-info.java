/** The encrypted store: projects, environments, secrets, versions, keys, audit. */
@org.jspecify.annotations.NullMarked
module dev.pale.vault {
  requires static org.jspecify;
  requires transitive dev.pale.secrets;
  requires dev.pale.system;
  requires dev.pale.crypto;
  requires java.sql;
  requires org.xerial.sqlitejdbc;

  exports dev.pale.vault;
}
