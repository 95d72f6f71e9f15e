/** The commands: the only room that knows a terminal. */
package dev.pale.cli;
