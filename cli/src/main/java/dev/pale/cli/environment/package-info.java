/** Commands about environments: start with {@link dev.pale.cli.environment.EnvCommands}. */
package dev.pale.cli.environment;
