/** The credential gateway. Begin with {@code Gateway.start}. */
package dev.pale.gateway;
