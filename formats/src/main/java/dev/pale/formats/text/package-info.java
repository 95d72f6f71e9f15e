/** Shared by the readers of this module; not exported. */
package dev.pale.formats.text;
