package dev.skep.node.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** One line a record: time, level, message and pairs, where it came from. */
final class LogLine extends Formatter {
  @Override
  public String format(LogRecord line) {
    StringBuilder text = new StringBuilder(160);
    text.append(line.getInstant().truncatedTo(ChronoUnit.MILLIS)).append(' ');
    text.append(line.getLevel().getName()).append(' ').append(formatMessage(line));
    String origin = Objects.requireNonNullElse(line.getLoggerName(), "");
    text.append(" logger=").append(origin.substring(origin.lastIndexOf('.') + 1)).append('\n');
    if (line.getThrown() != null) {
      StringWriter trace = new StringWriter();
      line.getThrown().printStackTrace(new PrintWriter(trace));
      text.append(trace);
    }
    return text.toString();
  }
}
