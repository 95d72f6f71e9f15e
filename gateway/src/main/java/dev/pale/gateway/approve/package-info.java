/** Asking the human. */
package dev.pale.gateway.approve;
