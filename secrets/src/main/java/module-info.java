/**
 * The nouns of Pale: names, values, places, the error type, and the matcher that finds values in
 * bytes.
 */
@org.jspecify.annotations.NullMarked
module dev.pale.secrets {
  requires static org.jspecify;

  exports dev.pale.secrets;
}
