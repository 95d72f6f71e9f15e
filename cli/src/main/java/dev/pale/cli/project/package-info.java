/** Commands about a project's folder: start with {@link dev.pale.cli.project.ProjectCommands}. */
package dev.pale.cli.project;
