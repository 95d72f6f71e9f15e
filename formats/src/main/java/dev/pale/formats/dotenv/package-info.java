/** Reading {@code .env} files: call {@link dev.pale.formats.dotenv.Dotenv#parse} first. */
package dev.pale.formats.dotenv;
