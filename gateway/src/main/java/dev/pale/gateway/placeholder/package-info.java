/**
 * The fakes that an agent holds: minting them in a shape that clients accept, and knowing them
 * again.
 */
package dev.pale.gateway.placeholder;
