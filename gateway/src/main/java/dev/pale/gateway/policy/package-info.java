/** Which requests are allowed: rules, limits, decisions. Pure: no I/O, no secrets. */
package dev.pale.gateway.policy;
