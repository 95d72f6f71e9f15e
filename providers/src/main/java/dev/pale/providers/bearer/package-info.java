/**
 * What stores over HTTP with bearer tokens share: {@link dev.pale.providers.bearer.Token} and its
 * cache, many requests at once, files with credentials, parts of URLs, a member of a JSON value.
 */
@org.jspecify.annotations.NullMarked
package dev.pale.providers.bearer;
