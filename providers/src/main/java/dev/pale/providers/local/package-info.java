/**
 * Stores on this machine: {@link dev.pale.providers.local.LocalStores} lists them. Programs that
 * they start are the user's own.
 */
package dev.pale.providers.local;
