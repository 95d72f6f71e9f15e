/**
 * One row a request, written before anything of it leaves: {@link
 * dev.pale.gateway.log.RequestLog#begin}. {@link dev.pale.gateway.log.RequestLogReader} reads it
 * back, {@link dev.pale.gateway.log.LogCheck} verifies that nobody changed it, {@link
 * dev.pale.gateway.log.ProofLine} sums it up.
 */
package dev.pale.gateway.log;
