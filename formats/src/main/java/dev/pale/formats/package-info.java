/** dotenv, pale.toml, JSON and the export formats. */
package dev.pale.formats;
