/** How values reach a process: environment, file, fifo; masking, pty, exec. */
package dev.pale.delivery;
