/**
 * External stores as the user has set them up: {@link dev.pale.cli.provider.Stores} opens them.
 *
 * <p>What is no secret is in the user's {@code config.toml}; credentials are in the vault, in a
 * project that no {@code pale.toml} and no option can name.
 */
@org.jspecify.annotations.NullMarked
package dev.pale.cli.provider;
