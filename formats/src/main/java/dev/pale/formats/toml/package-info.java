/**
 * Strict TOML 1.0: {@link dev.pale.formats.toml.Toml} reads, {@link
 * dev.pale.formats.toml.TomlEditor} edits text.
 */
package dev.pale.formats.toml;
