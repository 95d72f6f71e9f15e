/** Infisical: {@link dev.pale.providers.infisical.Infisical}. */
package dev.pale.providers.infisical;
