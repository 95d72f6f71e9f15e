/** dotenv, pale.toml, JSON and the export formats. */
@org.jspecify.annotations.NullMarked
module dev.pale.formats {
  requires static org.jspecify;
  requires transitive dev.pale.secrets;

  exports dev.pale.formats;
}
