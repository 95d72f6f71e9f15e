/** The certificate authority of one session, in memory only. */
package dev.pale.gateway.tls;
