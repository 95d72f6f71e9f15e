package dev.pale.formats.dotenv;

import dev.pale.secrets.SecretName;

/**
 * One assignment as one dialect sees it.
 *
 * @param name the variable
 * @param line where it starts
 * @param lastLine where it ends
 * @param reading what becomes of it
 * @param comment the comment above it
 */
record Assignment(SecretName name, int line, int lastLine, Reading reading, String comment) {}
