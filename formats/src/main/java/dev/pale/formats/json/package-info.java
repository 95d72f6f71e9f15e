/**
 * Strict JSON: {@link dev.pale.formats.json.Json} reads, {@link dev.pale.formats.json.JsonWriter}
 * writes.
 */
package dev.pale.formats.json;
