package dev.skep.node.explain;

import java.util.ArrayList;
import java.util.List;

/**
 * Why the kernel refused a program.
 *
 * @param function the ELF function that was refused
 * @param cause the line of the log that names the cause, as the kernel wrote it
 * @param place file and line of the source, file:line, or empty when the log does not say
 * @param code the source line, or empty
 * @param advice what to do about it, or empty when the cause is not a known one
 * @param lastLines the last lines of the log, its cause among them, without the statistics
 */
public record Explanation(
    String function,
    String cause,
    String place,
    String code,
    String advice,
    List<String> lastLines) {

  /** Status messages are for people: a screen of a table, not the whole log. */
  static final int MAX_MESSAGE = 1024;

  public Explanation {
    lastLines = List.copyOf(lastLines);
  }

  /**
   * Explains one refusal.
   *
   * @param function the ELF function
   * @param log the verifier's log; where that is empty, libbpf's own messages
   */
  public static Explanation explain(String function, String log) {
    List<LogLine> lines = LogLine.parse(log);
    Finding finding = Finding.in(lines);
    return new Explanation(
        function, finding.cause(), finding.place(), finding.code(), finding.advice(), tail(lines));
  }

  /**
   * One line with function, cause, place and advice; below it the log's last lines. At most 1,024
   * characters.
   */
  public String message() {
    StringBuilder text = new StringBuilder(line());
    for (String line : lastLines) {
      if (text.length() + line.length() + 5 > MAX_MESSAGE) {
        break;
      }
      text.append("\n  | ").append(line);
    }
    return text.toString();
  }

  /** The first line of {@link #message()}. */
  public String line() {
    StringBuilder text = new StringBuilder(function).append(": ").append(cause);
    if (!place.isEmpty() || !code.isEmpty()) {
      text.append(" — ").append(place);
      if (!code.isEmpty()) {
        text.append(place.isEmpty() ? "" : ": ").append('`').append(code).append('`');
      }
    }
    if (!advice.isEmpty()) {
      text.append(": ").append(advice);
    }
    return shorten(text.toString(), MAX_MESSAGE / 2);
  }

  private static List<String> tail(List<LogLine> lines) {
    List<String> told = new ArrayList<>();
    for (LogLine line : lines) {
      if (line.kind() != LogLine.Kind.STATISTICS) {
        told.add(shorten(line.text(), 160));
      }
    }
    return told.subList(Math.max(0, told.size() - 5), told.size());
  }

  private static String shorten(String text, int limit) {
    return text.length() <= limit ? text : text.substring(0, limit - 1) + "…";
  }
}
