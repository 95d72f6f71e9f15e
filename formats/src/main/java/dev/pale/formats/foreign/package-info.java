/**
 * What other secret tools' project files say: start at {@link dev.pale.formats.foreign.Foreign}.
 * They are read as data; nothing in them is run, expanded or fetched.
 */
package dev.pale.formats.foreign;
