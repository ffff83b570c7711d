package dev.skep.node.explain;

import dev.skep.node.explain.LogLine.Kind;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;

/** The cause in a log, and the source line it speaks of. */
record Finding(String cause, String advice, String code, String place) {

  static Finding in(List<LogLine> lines) {
    int at = lines.size() - 1;
    while (at >= 0 && known(lines, at).isEmpty()) {
      at--;
    }
    if (at < 0) {
      return unknown(lines);
    }
    // Of several sayings in a row the first has the numbers: "invalid access to packet, off=23
    // size=1", then "R2 offset is outside of the packet".
    while (known(lines, at - 1).isPresent()) {
      at--;
    }
    return known(lines, at, known(lines, at).orElseThrow());
  }

  private static Optional<Known> known(List<LogLine> lines, int at) {
    return at >= 0 && lines.get(at).kind() == Kind.SAYING
        ? Known.matching(lines.get(at).text())
        : Optional.empty();
  }

  private static Finding known(List<LogLine> lines, int at, Known known) {
    String text = lines.get(at).text();
    Matcher words = known.pattern().matcher(text);
    words.find();
    int source =
        switch (known.speaksOf()) {
          case LAST_LINE -> sourceBefore(lines, at);
          case ALLOCATION -> sourceOf(lines, Integer.parseInt(words.group(1)));
          case WHOLE_PROGRAM -> -1;
        };
    return of(text, advice(known, words), lines, source);
  }

  private static String advice(Known known, Matcher words) {
    StringBuilder expanded = new StringBuilder();
    words.appendReplacement(expanded, known.advice());
    return expanded.substring(words.start());
  }

  /** The last thing the verifier said in words, when the table does not know it. */
  private static Finding unknown(List<LogLine> lines) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.get(i).kind() == Kind.SAYING && !isPreamble(lines, i)) {
        return of(lines.get(i).text(), "", lines, sourceBefore(lines, i));
      }
    }
    return lines.isEmpty()
        ? new Finding("the kernel refused the program and gave no log", "", "", "")
        : new Finding(
            "the verifier's log ends before its cause",
            "the program is too large or too complex for this kernel to follow: bound its loops,"
                + " or split it",
            "",
            "");
  }

  /** What stands before the first instruction is about BTF, and not why the program is refused. */
  private static boolean isPreamble(List<LogLine> lines, int at) {
    return lines.stream().skip(at + 1L).anyMatch(l -> l.instruction() >= 0);
  }

  private static Finding of(String cause, String advice, List<LogLine> lines, int source) {
    return source < 0
        ? new Finding(cause, advice, "", "")
        : new Finding(cause, advice, lines.get(source).code(), lines.get(source).place());
  }

  private static int sourceBefore(List<LogLine> lines, int at) {
    for (int i = at; i >= 0; i--) {
      if (lines.get(i).kind() == Kind.SOURCE) {
        return i;
      }
    }
    return -1;
  }

  private static int sourceOf(List<LogLine> lines, int instruction) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).instruction() == instruction) {
        return sourceBefore(lines, i);
      }
    }
    return -1;
  }
}
