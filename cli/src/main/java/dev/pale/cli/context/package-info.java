/**
 * What surrounds one call of Pale: who calls, from where, with what terminal, and how a failure is
 * told. Start with {@link dev.pale.cli.context.Context}.
 *
 * <p>{@code pale run} uses this package on its way to the child, so nothing here touches a command
 * line library, a regular expression or a stream pipeline.
 */
package dev.pale.cli.context;
