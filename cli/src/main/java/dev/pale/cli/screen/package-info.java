/** What people and programs see: start with {@link dev.pale.cli.screen.Screen}. */
package dev.pale.cli.screen;
