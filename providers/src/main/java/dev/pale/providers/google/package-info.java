/**
 * Google Cloud: Secret Manager as a store ({@link dev.pale.providers.google.GoogleSecretManager}),
 * KMS for SOPS files ({@link dev.pale.providers.google.GoogleKeyService}).
 */
@org.jspecify.annotations.NullMarked
package dev.pale.providers.google;
