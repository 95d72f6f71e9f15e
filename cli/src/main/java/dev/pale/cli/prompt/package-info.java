/** Questions to a person at a terminal: start with {@link dev.pale.cli.prompt.Prompt}. */
package dev.pale.cli.prompt;
