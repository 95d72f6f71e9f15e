/** {@code pale edit}: start with {@link dev.pale.cli.edit.EditCommands}. */
package dev.pale.cli.edit;
