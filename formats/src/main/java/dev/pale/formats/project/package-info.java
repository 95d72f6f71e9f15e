/**
 * What a repository asks for ({@link dev.pale.formats.project.ProjectFile}), where it is found
 * ({@link dev.pale.formats.project.ProjectFinder}) and whether it is trusted ({@link
 * dev.pale.formats.project.TrustStore}).
 */
package dev.pale.formats.project;
