/** Doppler: {@link dev.pale.providers.doppler.Doppler}. */
package dev.pale.providers.doppler;
