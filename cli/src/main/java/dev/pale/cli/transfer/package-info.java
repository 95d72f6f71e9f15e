/**
 * Values from files and into files: {@link dev.pale.cli.transfer.TransferCommands}, and {@link
 * dev.pale.cli.transfer.Importer} for the import that {@code init} does.
 */
package dev.pale.cli.transfer;
