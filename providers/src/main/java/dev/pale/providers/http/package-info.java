/** The one way from Pale to a service over HTTP: pinned to a host, bounded, without redirects. */
package dev.pale.providers.http;
