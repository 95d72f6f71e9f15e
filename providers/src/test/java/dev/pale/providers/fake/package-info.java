/** Services that are played in tests: they check credentials and misbehave on demand. */
package dev.pale.providers.fake;
