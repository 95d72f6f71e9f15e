/** The audit log's commands: start with {@link dev.pale.cli.log.AuditCommands}. */
package dev.pale.cli.log;
