package dev.skep.node.metrics;

import dev.skep.node.report.RunningProgram;

/** Labels of one sample, built in order. A name is given once; whoever builds them sees to that. */
final class Labels {
  private final StringBuilder text = new StringBuilder();

  static Labels none() {
    return new Labels();
  }

  static Labels of(String name, String value) {
    return new Labels().and(name, value);
  }

  /** What every sample of a program begins with. */
  static Labels of(RunningProgram program) {
    return of("namespace", program.namespace()).and("name", program.name());
  }

  Labels and(String name, String value) {
    append(text, name, value);
    return this;
  }

  /** The labels as the format writes them, without braces; empty when there are none. */
  String text() {
    return text.toString();
  }

  /** Writes one label behind those that stand in {@code to}. */
  static void append(StringBuilder to, String name, String value) {
    if (!to.isEmpty()) {
      to.append(',');
    }
    to.append(name).append("=\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> to.append("\\\\");
        case '"' -> to.append("\\\"");
        case '\n' -> to.append("\\n");
        default -> to.append(c);
      }
    }
    to.append('"');
  }
}
