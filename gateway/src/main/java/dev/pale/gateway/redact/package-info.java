/** Keeping real values out of what comes back. */
package dev.pale.gateway.redact;
