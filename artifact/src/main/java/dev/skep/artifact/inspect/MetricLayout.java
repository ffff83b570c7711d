package dev.skep.artifact.inspect;

import dev.skep.api.v1alpha1.Metric;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.Btf;
import dev.skep.artifact.btf.Field;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.artifact.text.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where the number and the labels of a metric lie in the entries of its map.
 *
 * @param value the number, in each value (of each CPU)
 * @param labels in the order of the declaration, each in the key
 */
public record MetricLayout(Metric metric, ObjectMap map, Field value, List<LabelField> labels) {
  private static final Set<String> READABLE =
      Set.of("hash", "lru_hash", "array", "percpu_hash", "lru_percpu_hash", "percpu_array");

  /** A label and its field of the key. */
  public record LabelField(String name, Field field) {}

  /**
   * Finds the fields.
   *
   * @param path what the user calls the metric, e.g. metrics[0]; messages begin so
   * @throws Refusal InvalidMetric when the object has no such map or field, or it cannot be read so
   */
  public static MetricLayout of(String path, Metric metric, ObjectReport report) {
    if (String.valueOf(metric.map()).startsWith(".")) {
      return GlobalLayout.of(path, metric, report);
    }
    ObjectMap map =
        report
            .map(metric.map())
            .orElseThrow(
                () ->
                    invalid(
                        path + ".map",
                        "the object has no map "
                            + metric.map()
                            + Names.suggestion(metric.map(), mapNames(report))));
    if (!READABLE.contains(map.type())) {
      throw invalid(
          path + ".map",
          "%s is of type %s, which cannot be read as a metric: use a hash or an array"
              .formatted(map.name(), map.type()));
    }
    List<LabelField> labels = new ArrayList<>();
    for (int i = 0; i < metric.labels().size(); i++) {
      Metric.Label label = metric.labels().get(i);
      String place = "%s.labels[%d]".formatted(path, i);
      labels.add(new LabelField(label.name(), label(place, label, map, report.btf())));
    }
    return new MetricLayout(
        metric, map, value(path + ".value", metric, map, report.btf()), List.copyOf(labels));
  }

  private static Field value(String path, Metric metric, ObjectMap map, Btf btf) {
    typed(path, "value", map, map.valueType());
    List<String> fields = btf.fieldNames(map.valueType());
    String wanted =
        metric.value() != null ? metric.value() : fields.size() == 1 ? fields.get(0) : "";
    if (wanted.isEmpty() && !fields.isEmpty()) {
      throw invalid(
          path,
          "the value of %s is a %s with several fields: name one of %s"
              .formatted(map.name(), btf.describe(map.valueType()), Names.list(fields)));
    }
    Field field = field(path, "value", wanted, map, map.valueType(), map.valueSize(), btf);
    if (!field.isNumeric()) {
      throw invalid(
          path,
          "%s is a %s, not a number"
              .formatted(wanted.isEmpty() ? "the value" : wanted, field.type()));
    }
    return field;
  }

  private static Field label(String path, Metric.Label label, ObjectMap map, Btf btf) {
    typed(path, "key", map, map.keyType());
    boolean isStruct = !btf.fieldNames(map.keyType()).isEmpty();
    String wanted = label.key() != null ? label.key() : isStruct ? label.name() : "";
    String place = label.key() != null ? path + ".key" : path;
    Field field = field(place, "key", wanted, map, map.keyType(), map.keySize(), btf);
    if (!field.isPrintable()) {
      throw invalid(
          place,
          "%s is a %s, which cannot be a label: name a number, an enum or a char array in it"
              .formatted(wanted.isEmpty() ? "the key" : wanted, field.type()));
    }
    return field;
  }

  private static void typed(String path, String what, ObjectMap map, int type) {
    if (type == 0) {
      throw invalid(
          path,
          "map %s says only how large its %s is: define it with __type(%s, …)"
              .formatted(map.name(), what, what));
    }
  }

  private static Field field(
      String path, String what, String wanted, ObjectMap map, int type, int size, Btf btf) {
    Field field =
        btf.field(type, wanted)
            .orElseThrow(
                () ->
                    invalid(
                        path,
                        "the %s of %s (%s) has no field %s%s"
                            .formatted(
                                what,
                                map.name(),
                                btf.describe(type),
                                wanted,
                                Names.suggestion(wanted, btf.fieldNames(type)))));
    if ((long) field.offset() + field.size() > size) {
      throw invalid(path, "%s lies beyond the %d bytes of the %s".formatted(wanted, size, what));
    }
    return field;
  }

  private static List<String> mapNames(ObjectReport report) {
    return report.maps().stream().map(ObjectMap::name).toList();
  }

  private static Refusal invalid(String path, String what) {
    return new Refusal(Reason.InvalidMetric, path + ": " + what);
  }
}
