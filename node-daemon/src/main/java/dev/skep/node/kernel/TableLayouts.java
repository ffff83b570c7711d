package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.ObjectReport.ObjectTable;
import dev.skep.artifact.inspect.ObjectReport.TableField;
import dev.skep.node.hook.FunctionTable;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.FunctionTables;
import dev.skep.node.libbpf.KernelTable;
import dev.skep.node.libbpf.NativeError;
import java.util.HashMap;
import java.util.Map;

/** Lays out an object's tables of functions as this kernel has them: its structs differ. */
final class TableLayouts {
  private TableLayouts() {}

  /** The tables of a load, by name: those whose functions are loaded. */
  static Map<String, FunctionTable> of(LoadRequest request) {
    Map<String, FunctionTable> tables = new HashMap<>();
    for (ObjectTable table : request.report().tables()) {
      if (request.functions().containsAll(table.functions())) {
        tables.put(table.name(), layOut(table, kernels(table)));
      }
    }
    return tables;
  }

  private static KernelTable kernels(ObjectTable table) {
    try {
      return FunctionTables.get().layout(table.type());
    } catch (NativeError e) {
      throw e.errno() == Errno.ENOENT
          ? new Refusal(
              Reason.Incompatible,
              "table %s: this kernel (%s) calls no functions of a struct %s"
                  .formatted(table.name(), System.getProperty("os.version"), table.type()),
              e)
          : e;
    }
  }

  static FunctionTable layOut(ObjectTable table, KernelTable kernels) {
    byte[] value = new byte[kernels.size()];
    Map<Integer, String> functions = new HashMap<>();
    for (TableField field : table.fields()) {
      boolean empty = field.function() == null && field.value().stream().allMatch(b -> b == 0);
      KernelTable.Field place = kernels.fields().get(field.name());
      if (empty) {
        continue;
      }
      if (place == null || place.size() != field.value().size()) {
        throw new Refusal(
            Reason.Incompatible,
            "table %s: field %s of struct %s is %s on this kernel (%s)"
                .formatted(
                    table.name(),
                    field.name(),
                    table.type(),
                    place == null ? "not there" : "of another size",
                    System.getProperty("os.version")));
      }
      if (field.function() != null) {
        functions.put(place.offset(), field.function());
        continue;
      }
      for (int i = 0; i < field.value().size(); i++) {
        value[place.offset() + i] = field.value().get(i);
      }
    }
    return new FunctionTable(value, functions);
  }
}
