/** Linux calls through java.lang.foreign. Depends on nothing but the JDK. */
@org.jspecify.annotations.NullMarked
module dev.pale.system {
  requires static org.jspecify;

  exports dev.pale.system;
}
