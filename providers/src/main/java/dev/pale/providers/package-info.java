/**
 * External stores: {@link dev.pale.providers.ProviderTypes} lists the kinds that Pale knows.
 *
 * <p>Not here: who may use a store (the command line decides), and the vault.
 */
package dev.pale.providers;
