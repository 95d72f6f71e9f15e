/** Names and addresses: whom a request is for, and whether that address may be dialled. */
package dev.pale.gateway.name;
