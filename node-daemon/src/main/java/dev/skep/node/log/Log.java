package dev.skep.node.log;

import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** Log lines of {@code message key=value …}, with what all lines of one piece of work share. */
public final class Log {
  /** Held, or its level is lost when the logger is collected. */
  private static Logger kubernetesClient;

  private final Logger logger;
  private final String context;

  private Log(Logger logger, String context) {
    this.logger = logger;
    this.context = context;
  }

  public static Log of(Class<?> origin) {
    return new Log(Logger.getLogger(origin.getName()), "");
  }

  /** Whatever the locale: a container has none, and the verifier's words are quoted as they are. */
  private static void inUtf8(Handler handler) {
    try {
      handler.setEncoding(StandardCharsets.UTF_8.name());
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends every log line of this process, the libraries' too, to standard error. */
  public static void toStandardError(boolean verbose) {
    // Before anything of java.util.logging is touched, and so by its name: to name the class would
    // be to load its superclass.
    System.setProperty("java.util.logging.manager", "dev.skep.node.log.LogsToTheEnd");
    Handler handler =
        new StreamHandler(System.err, new LogLine()) {
          @Override
          public synchronized void publish(LogRecord line) {
            super.publish(line);
            flush();
          }
        };
    inUtf8(handler);
    handler.setLevel(Level.ALL);
    Logger root = Logger.getLogger("");
    for (Handler other : root.getHandlers()) {
      root.removeHandler(other);
    }
    root.addHandler(handler);
    root.setLevel(verbose ? Level.FINE : Level.INFO);
    // The client says by itself what the daemon says better: that the API server is away.
    kubernetesClient = Logger.getLogger("io.fabric8");
    kubernetesClient.setLevel(verbose ? Level.INFO : Level.SEVERE);
  }

  /** The same log, with one more pair on each line. */
  public Log with(String key, Object value) {
    StringBuilder extended = new StringBuilder(context);
    pair(extended, key, value);
    return new Log(logger, extended.toString());
  }

  public void info(String message, Object... pairs) {
    log(Level.INFO, message, pairs);
  }

  public void warn(String message, Object... pairs) {
    log(Level.WARNING, message, pairs);
  }

  public void debug(String message, Object... pairs) {
    log(Level.FINE, message, pairs);
  }

  /** A fault of ours: with its stack trace. */
  public void error(String message, Throwable cause, Object... pairs) {
    logger.log(Level.SEVERE, line(message, pairs), cause);
  }

  private void log(Level level, String message, Object... pairs) {
    if (logger.isLoggable(level)) {
      logger.log(level, line(message, pairs));
    }
  }

  private String line(String message, Object... pairs) {
    StringBuilder line = new StringBuilder(message).append(context);
    for (int i = 0; i + 1 < pairs.length; i += 2) {
      pair(line, String.valueOf(pairs[i]), pairs[i + 1]);
    }
    return line.toString();
  }

  private static void pair(StringBuilder line, String key, Object value) {
    String text = String.valueOf(value);
    boolean quote = text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c == '"' || c == '=');
    line.append(' ').append(key).append('=');
    if (quote) {
      line.append('"')
          .append(text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
          .append('"');
    } else {
      line.append(text);
    }
  }
}
