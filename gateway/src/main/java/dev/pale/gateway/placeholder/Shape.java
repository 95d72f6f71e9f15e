package dev.pale.gateway.placeholder;

import java.util.random.RandomGenerator;

/**
 * What a placeholder looks like, so that clients that check their credentials' form accept it.
 *
 * <p>Thread-safe: immutable.
 */
public sealed interface Shape permits VendorShape, GenericShape, UuidShape, JwtShape, DatabaseUrl {
  /** The name by which a service file asks for it. */
  String name();

  /**
   * How many bits of a placeholder are random, at the usual length; at least 128 where the vendor's
   * form has the room: see {@link Shapes}.
   */
  int randomBits();

  /** One draw, which the caller may reject. */
  Candidate draw(byte[] real, RandomGenerator random);

  /** Whether a whole text is a placeholder of this shape. */
  boolean accepts(byte[] text);
}
