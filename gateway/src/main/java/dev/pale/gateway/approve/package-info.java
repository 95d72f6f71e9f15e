/**
 * Asking the human: {@link dev.pale.gateway.approve.Approvals} holds the questions, {@link
 * dev.pale.gateway.approve.ControlServer} and {@link dev.pale.gateway.approve.ControlClient} carry
 * them to another terminal.
 *
 * <p>Not provided: knowing which human answers. Whoever runs as the owner can, where answers are
 * taken over the socket at all.
 */
package dev.pale.gateway.approve;
