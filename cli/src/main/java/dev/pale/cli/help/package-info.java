/** Help, completion and man pages: start with {@link dev.pale.cli.help.HelpCommands}. */
package dev.pale.cli.help;
