package dev.skep.node.log;

import java.util.logging.LogManager;

/**
 * A log manager that works until the process is gone. Java's own removes all handlers in a shutdown
 * hook, beside those in which a daemon says how it ends. Named by {@link Log}.
 */
public final class LogsToTheEnd extends LogManager {
  @Override
  public void reset() {
    // Only the shutdown hook asks for it.
  }
}
