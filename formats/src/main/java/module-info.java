/** dotenv, pale.toml, JSON and the export formats. */
@org.jspecify.annotations.NullMarked
module dev.pale.formats {
  requires static org.jspecify;
  requires transitive dev.pale.secrets;
  requires org.snakeyaml.engine;

  exports dev.pale.formats;
  exports dev.pale.formats.dotenv;
  exports dev.pale.formats.export;
  exports dev.pale.formats.foreign;
  exports dev.pale.formats.json;
  exports dev.pale.formats.project;
  exports dev.pale.formats.template;
  exports dev.pale.formats.toml;
}
