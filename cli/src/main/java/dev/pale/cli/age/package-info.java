/**
 * {@code pale age}: files encrypted to recipients, with the options of the age command. Start with
 * {@link dev.pale.cli.age.AgeCommands}.
 */
package dev.pale.cli.age;
