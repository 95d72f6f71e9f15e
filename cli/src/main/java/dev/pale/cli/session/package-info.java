/**
 * What every command stands on: the global options, the place they point at, the open vault, and
 * the refusal of agents. Start with {@link dev.pale.cli.session.Session}.
 */
package dev.pale.cli.session;
