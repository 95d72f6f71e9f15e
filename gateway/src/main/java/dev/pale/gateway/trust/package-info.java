/** What a child needs to trust the session's authority and to go through the gateway. */
package dev.pale.gateway.trust;
