package dev.skep.node.log;

import java.util.logging.LogManager;

/**
 * A log manager that works until the process is gone. Java's own removes all handlers in a shutdown
 * hook, beside those in which a daemon says how it ends.
 */
public final class LogsToTheEnd extends LogManager {
  /** Makes {@code java.util.logging} use this; only before its first use has it an effect. */
  static void install() {
    System.setProperty("java.util.logging.manager", LogsToTheEnd.class.getName());
  }

  @Override
  public void reset() {
    // Only the shutdown hook asks for it.
  }
}
