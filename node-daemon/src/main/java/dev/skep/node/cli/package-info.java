/**
 * The command {@code skep}: one class a sub-command, each a thin reading of options around the code
 * the daemon uses. {@link Skep} is where it starts, {@link ExitCode} what its exit says.
 */
package dev.skep.node.cli;
