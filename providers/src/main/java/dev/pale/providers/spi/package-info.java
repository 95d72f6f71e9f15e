/** What a kind of store implements. */
package dev.pale.providers.spi;
