package dev.skep.node.cli;

import dev.skep.artifact.btf.Btf;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLoad.ObservedMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Entries of a map in the words of the object's types; as hexadecimal where it has none.
 *
 * @param entries at most as many as were asked for
 */
record MapContents(List<Entry> entries) {
  /** Values of a per-CPU map are lists, one value for each possible CPU. */
  record Entry(Object key, Object value) {}

  static MapContents read(
      Kernel kernel, LoadKey load, ObservedMap map, Optional<ObjectReport> report, int most) {
    if (report.isPresent() && !report.get().globalsOf(map.name()).isEmpty()) {
      return globals(kernel, load, map.name(), report.get(), most);
    }
    ObjectMap types = report.flatMap(r -> r.map(map.name())).orElse(null);
    Btf btf = report.map(ObjectReport::btf).orElse(null);
    int keyType = types == null ? 0 : types.keyType();
    int valueType = types == null ? 0 : types.valueType();
    boolean perCpu = map.type().contains("percpu");
    List<Entry> entries = new ArrayList<>();
    kernel.readMap(
        load,
        map.name(),
        most,
        (key, value) ->
            entries.add(
                new Entry(
                    decode(btf, keyType, key),
                    perCpu
                        ? perCpu(btf, valueType, value, map.valueSize())
                        : decode(btf, valueType, value))));
    return new MapContents(entries);
  }

  /** A section of global variables is one value to the kernel, and to the reader one each. */
  private static MapContents globals(
      Kernel kernel, LoadKey load, String section, ObjectReport report, int most) {
    List<Entry> entries = new ArrayList<>();
    kernel.readMap(
        load,
        section,
        1,
        (key, value) ->
            report.globalsOf(section).stream()
                .filter(g -> g.offset() + g.size() <= value.length)
                .limit(most)
                .forEach(
                    g -> {
                      byte[] own = Arrays.copyOfRange(value, g.offset(), g.offset() + g.size());
                      entries.add(new Entry(g.name(), decode(report.btf(), g.type(), own)));
                    }));
    return new MapContents(entries);
  }

  private static Object decode(Btf btf, int type, byte[] bytes) {
    return btf == null || type == 0
        ? "0x" + HexFormat.of().formatHex(bytes)
        : btf.decode(type, bytes);
  }

  private static List<Object> perCpu(Btf btf, int type, byte[] bytes, int size) {
    int stride = (size + 7) / 8 * 8;
    List<Object> values = new ArrayList<>();
    for (int at = 0; at + stride <= bytes.length; at += stride) {
      values.add(decode(btf, type, Arrays.copyOfRange(bytes, at, at + size)));
    }
    return values;
  }

  /** The greatest first, by the first number of the value; the first {@code most} of them. */
  MapContents greatest(int most) {
    return new MapContents(
        entries.stream()
            .sorted(Comparator.comparingDouble((Entry entry) -> weight(entry.value())).reversed())
            .limit(most)
            .toList());
  }

  /** Entries that say something: an array's slots that nobody wrote to say nothing. */
  MapContents withoutZeros() {
    return new MapContents(entries.stream().filter(e -> !isZero(e.value())).toList());
  }

  private static boolean isZero(Object value) {
    return switch (value) {
      case Number number -> number.doubleValue() == 0;
      case Boolean truth -> !truth;
      case String text -> text.isEmpty() || text.matches("0x0*|0\\.0\\.0\\.0(/0)?|::(/0)?");
      case Map<?, ?> fields -> fields.values().stream().allMatch(MapContents::isZero);
      case List<?> items -> items.stream().allMatch(MapContents::isZero);
      default -> false;
    };
  }

  private static double weight(Object value) {
    return switch (value) {
      case Number number -> number.doubleValue();
      case Map<?, ?> fields ->
          fields.values().stream()
              .filter(Number.class::isInstance)
              .findFirst()
              .map(MapContents::weight)
              .orElse(0.0);
      case List<?> items -> items.stream().mapToDouble(MapContents::weight).sum();
      default -> 0;
    };
  }

  /** A column for each field of key and value. */
  Table table() {
    Set<String> heads = new LinkedHashSet<>();
    List<Map<String, String>> rows = new ArrayList<>();
    for (Entry entry : entries) {
      Map<String, String> row = new LinkedHashMap<>();
      cells(row, "key", entry.key());
      cells(row, "value", entry.value());
      heads.addAll(row.keySet());
      rows.add(row);
    }
    Table table = new Table(heads.stream().map(String::toUpperCase).toArray(String[]::new));
    rows.forEach(
        row -> table.row(heads.stream().map(head -> row.getOrDefault(head, "")).toArray()));
    return table;
  }

  private static void cells(Map<String, String> row, String part, Object value) {
    if (value instanceof Map<?, ?> fields) {
      fields.forEach(
          (name, field) -> {
            // A value that is no struct is called so itself.
            boolean taken =
                row.containsKey(name.toString()) || part.equals("key") && name.equals("value");
            row.put(taken ? part + "." + name : name.toString(), text(field));
          });
    } else {
      row.put(part, text(value));
    }
  }

  private static String text(Object value) {
    return switch (value) {
      case Map<?, ?> fields -> {
        List<String> parts = new ArrayList<>();
        fields.forEach((name, field) -> parts.add(name + ": " + text(field)));
        yield "{" + String.join(", ", parts) + "}";
      }
      case List<?> items -> items.stream().map(MapContents::text).toList().toString();
      default -> value.toString();
    };
  }
}
