package dev.skep.artifact.inspect;

import dev.skep.api.v1alpha1.Metric;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.Field;
import dev.skep.artifact.inspect.ObjectReport.ObjectGlobal;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.artifact.text.Names;
import java.util.List;

/** Where the number of a metric lies among global variables: a section of them is a map too. */
final class GlobalLayout {
  private GlobalLayout() {}

  static MetricLayout of(String path, Metric metric, ObjectReport report) {
    List<ObjectGlobal> globals = report.globalsOf(metric.map());
    if (globals.isEmpty()) {
      List<String> sections =
          report.globals().stream().map(ObjectGlobal::section).distinct().toList();
      throw invalid(
          path + ".map",
          "the object has no variables in %s%s"
              .formatted(metric.map(), Names.suggestion(metric.map(), sections)));
    }
    if (!metric.labels().isEmpty()) {
      throw invalid(path + ".labels", "a variable has no key to take labels from");
    }
    Field field = field(path + ".value", metric.value(), globals, report);
    int end = globals.stream().mapToInt(g -> g.offset() + g.size()).max().orElseThrow();
    return new MetricLayout(
        metric, new ObjectMap(metric.map(), "array", 4, end, 1, 0, 0), field, List.of());
  }

  private static Field field(
      String path, String asked, List<ObjectGlobal> globals, ObjectReport report) {
    List<String> names = globals.stream().map(ObjectGlobal::name).toList();
    if (asked == null && globals.size() > 1) {
      throw invalid(path, "name a variable: " + Names.list(names));
    }
    String wanted = asked == null ? names.getFirst() : asked;
    int dot = wanted.indexOf('.');
    String name = dot < 0 ? wanted : wanted.substring(0, dot);
    ObjectGlobal global =
        globals.stream()
            .filter(g -> g.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    invalid(
                        path,
                        "there is no variable %s%s"
                            .formatted(name, Names.suggestion(name, names))));
    String rest = dot < 0 ? "" : wanted.substring(dot + 1);
    Field field =
        report
            .btf()
            .field(global.type(), rest, global.offset())
            .orElseThrow(
                () ->
                    invalid(
                        path,
                        "%s (%s) has no field %s"
                            .formatted(name, report.btf().describe(global.type()), rest)));
    if (!field.isNumeric()) {
      throw invalid(path, "%s is a %s, not a number".formatted(wanted, field.type()));
    }
    return field;
  }

  private static Refusal invalid(String path, String what) {
    return new Refusal(Reason.InvalidMetric, path + ": " + what);
  }
}
