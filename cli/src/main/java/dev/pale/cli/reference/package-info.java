/**
 * References and templates on the command line: {@link dev.pale.cli.reference.References} asks all
 * stores at once; {@code pale read} and {@code pale inject} stand on it, and {@code pale run} where
 * there is a reference.
 */
@org.jspecify.annotations.NullMarked
package dev.pale.cli.reference;
