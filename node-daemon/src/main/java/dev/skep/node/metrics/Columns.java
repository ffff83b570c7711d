package dev.skep.node.metrics;

import dev.skep.api.v1alpha1.Metric;
import dev.skep.api.v1alpha1.Metric.Label;
import dev.skep.api.v1alpha1.Metric.PerCpu;
import dev.skep.artifact.btf.Btf;
import dev.skep.artifact.btf.Field;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.node.metrics.DeclaredMetric.LabelColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a declared metric finds its labels and its number.
 *
 * @param labels from the key, in the order declared
 * @param value from the value
 */
record Columns(List<LabelColumn> labels, Column value) {
  private static final Set<String> OURS = Set.of("bpf_namespace", "bpf_name");

  /** Empty when the object's types have no such map, value or label. */
  static Optional<Columns> of(ObjectReport report, Metric metric) {
    ObjectMap map = report.map(metric.map()).orElse(null);
    if (map == null) {
      return Optional.empty();
    }
    Optional<Column> value = value(report.btf(), map, metric.value());
    List<LabelColumn> labels = new ArrayList<>();
    for (Label label : metric.labels()) {
      Optional<Column> column = label(report.btf(), map, label);
      if (column.isEmpty()) {
        return Optional.empty();
      }
      labels.add(new LabelColumn(name(label, metric), column.get()));
    }
    return value.map(v -> new Columns(labels, v));
  }

  /** A label of ours keeps its name; the user's of that name gets Prometheus' own prefix. */
  private static String name(Label label, Metric metric) {
    boolean taken =
        OURS.contains(label.name())
            || metric.perCpu() == PerCpu.Label && label.name().equals("cpu");
    return taken ? "exported_" + label.name() : label.name();
  }

  private static Optional<Column> value(Btf btf, ObjectMap map, String path) {
    if (map.valueType() == 0) {
      return path == null ? raw(map.valueSize()) : Optional.empty();
    }
    List<String> fields = btf.fieldNames(map.valueType());
    String chosen = path != null ? path : fields.size() == 1 ? fields.getFirst() : "";
    return btf.field(map.valueType(), chosen).filter(Field::isNumeric).map(FieldColumn::new);
  }

  private static Optional<Column> label(Btf btf, ObjectMap map, Label label) {
    if (map.keyType() == 0) {
      return label.key() == null ? raw(map.keySize()) : Optional.empty();
    }
    String implied = btf.fieldNames(map.keyType()).isEmpty() ? "" : label.name();
    String path = label.key() != null ? label.key() : implied;
    return btf.field(map.keyType(), path).filter(Field::isPrintable).map(FieldColumn::new);
  }

  private static Optional<Column> raw(int size) {
    return size == 1 || size == 2 || size == 4 || size == 8
        ? Optional.of(new RawColumn(size))
        : Optional.empty();
  }

  /** A field that the object's BTF tells. */
  private record FieldColumn(Field field) implements Column {
    @Override
    public boolean unsigned() {
      return field.isUnsigned();
    }

    @Override
    public long number(byte[] bytes, int base) {
      return field.asLong(bytes, base);
    }

    @Override
    public String text(byte[] bytes, int base) {
      return field.asText(bytes, base);
    }
  }

  /** A whole key or value without BTF: an unsigned number. */
  private record RawColumn(int size) implements Column {
    @Override
    public boolean unsigned() {
      return true;
    }

    @Override
    public long number(byte[] bytes, int base) {
      long number = 0;
      for (int i = size - 1; i >= 0; i--) {
        number = number << 8 | bytes[base + i] & 0xff;
      }
      return number;
    }

    @Override
    public String text(byte[] bytes, int base) {
      return Long.toUnsignedString(number(bytes, base));
    }
  }
}
