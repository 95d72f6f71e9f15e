/**
 * What providers that speak JSON over HTTP share: {@link dev.pale.providers.rest.Urls}, {@link
 * dev.pale.providers.rest.Base}, {@link dev.pale.providers.rest.Credentials}, {@link
 * dev.pale.providers.rest.StoredText}.
 */
package dev.pale.providers.rest;
