/** {@code pale run}: its thin path, and its options as help and completion know them. */
package dev.pale.cli.run;
