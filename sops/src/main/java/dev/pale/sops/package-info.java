/**
 * SOPS files (https://getsops.io), all stores: start at {@link dev.pale.sops.KeyService} for what
 * unwraps a data key.
 */
package dev.pale.sops;
