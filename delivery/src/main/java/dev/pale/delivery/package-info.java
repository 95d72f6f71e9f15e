/**
 * How values reach a process. Start with {@link dev.pale.delivery.ChildEnvironment}, fill a {@link
 * dev.pale.delivery.Launch}, and give it to {@link dev.pale.delivery.Launcher}. Not provided here:
 * which values, and whether they may be given out.
 */
package dev.pale.delivery;
