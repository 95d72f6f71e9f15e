/** The one way in which a request is turned down: {@link dev.pale.gateway.refusal.Refusal}. */
package dev.pale.gateway.refusal;
