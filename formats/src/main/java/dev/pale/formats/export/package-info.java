/**
 * Values into files that other programs read, and back: {@link dev.pale.formats.export.Exports} and
 * {@link dev.pale.formats.export.JsonImport}.
 */
package dev.pale.formats.export;
