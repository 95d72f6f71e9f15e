/**
 * SOPS files (https://getsops.io), all stores: start at {@link dev.pale.sops.SopsFile}, which says
 * what to call; {@link dev.pale.sops.KeyService} is what unwraps a data key.
 *
 * <p>Not provided: commands, {@code .sops.yaml}, and services over the network.
 */
package dev.pale.sops;
