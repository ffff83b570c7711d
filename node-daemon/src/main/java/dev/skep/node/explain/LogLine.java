package dev.skep.node.explain;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a verifier log.
 *
 * @param kind what it is
 * @param text the line without trailing blanks
 * @param code for a source line, the code
 * @param place for a source line of Linux 6.8 or later, file:line; else empty
 */
record LogLine(Kind kind, String text, String code, String place) {
  enum Kind {
    /** {@code ; *val += 1; @ file.bpf.c:18}: the source of the instructions that follow. */
    SOURCE,
    /** {@code 8: (79) r1 = *(u64 *)(r0 +0)}, and register states. */
    INSTRUCTION,
    /** {@code processed 8 insns …}: at the end of every log. */
    STATISTICS,
    /** What the verifier says in words. */
    SAYING
  }

  private static final Pattern SOURCE = Pattern.compile("^; (.*?)(?: @ (\\S+:\\d+))?$");
  private static final Pattern INSTRUCTION =
      Pattern.compile(
          "^(?:\\d+: |from \\d+ to \\d+|frame\\d+: |(?:cur|old) state: |mark_precise: )");
  private static final Pattern STATISTICS =
      Pattern.compile(
          "^(?:processed \\d+ insns|verification time |stack depth |max_states_per_insn |"
              + "-- (?:BEGIN|END) PROG LOAD LOG)");

  static List<LogLine> parse(String log) {
    return log.lines()
        .map(String::stripTrailing)
        .filter(line -> !line.isEmpty())
        .map(LogLine::of)
        .toList();
  }

  private static LogLine of(String text) {
    Matcher source = SOURCE.matcher(text);
    if (source.matches()) {
      String place = source.group(2) == null ? "" : source.group(2);
      return new LogLine(Kind.SOURCE, text, source.group(1).strip(), place);
    }
    if (INSTRUCTION.matcher(text).find()) {
      return new LogLine(Kind.INSTRUCTION, text, "", "");
    }
    if (STATISTICS.matcher(text).find()) {
      return new LogLine(Kind.STATISTICS, text, "", "");
    }
    return new LogLine(Kind.SAYING, text.replaceFirst("^libbpf: ", ""), "", "");
  }

  /** Number of the instruction, or -1 when this is not an instruction. */
  int instruction() {
    int colon = text.indexOf(": (");
    return kind == Kind.INSTRUCTION && colon > 0 && colon < 8 && Character.isDigit(text.charAt(0))
        ? Integer.parseInt(text.substring(0, colon))
        : -1;
  }
}
