package dev.skep.node.metrics;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A page in Prometheus' text format, version 0.0.4. Samples may come in any order; those of one
 * name are put together below one HELP and one TYPE, as the format wants it.
 */
final class Exposition {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  enum Type {
    counter,
    gauge,
    /** Two programs give one name different types: what is left to say of it. */
    untyped
  }

  private static final class Family {
    private final String help;
    private Type type;
    private final StringBuilder samples = new StringBuilder();

    Family(Type type, String help) {
      this.type = type;
      this.help = help;
    }
  }

  private final Map<String, Family> families = new LinkedHashMap<>();

  Exposition sample(String name, Type type, String help, Labels labels, long value) {
    return sample(name, type, help, labels.text(), Long.toString(value));
  }

  Exposition sample(String name, Type type, String help, Labels labels, double value) {
    return sample(name, type, help, labels.text(), number(value));
  }

  /**
   * Adds one sample.
   *
   * @param labels as {@link Labels#text()} writes them
   * @param value a number as the format writes it
   */
  Exposition sample(String name, Type type, String help, String labels, String value) {
    Family family = families.computeIfAbsent(name, n -> new Family(type, help));
    if (family.type != type) {
      family.type = Type.untyped;
    }
    family.samples.append(name);
    if (!labels.isEmpty()) {
      family.samples.append('{').append(labels).append('}');
    }
    family.samples.append(' ').append(value).append('\n');
    return this;
  }

  String text() {
    StringBuilder page = new StringBuilder();
    families.forEach(
        (name, family) -> {
          page.append("# HELP ").append(name).append(' ').append(escapeHelp(family.help));
          page.append("\n# TYPE ").append(name).append(' ').append(family.type).append('\n');
          page.append(family.samples);
        });
    return page.toString();
  }

  /** A double as Go's ParseFloat reads it. */
  static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static String escapeHelp(String help) {
    return help.replace("\\", "\\\\").replace("\n", "\\n");
  }
}
