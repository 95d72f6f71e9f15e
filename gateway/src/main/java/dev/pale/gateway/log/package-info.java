/** One row a request, and the proof line at the end. */
package dev.pale.gateway.log;
