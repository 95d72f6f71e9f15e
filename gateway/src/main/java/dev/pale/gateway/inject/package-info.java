/** Finding placeholders in a request, and putting the real value into its slot. */
package dev.pale.gateway.inject;
