package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.artifact.inspect.EntryEncoder;
import dev.skep.artifact.inspect.EntryEncoder.Entry;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import java.util.ArrayList;
import java.util.List;

/**
 * What a revision wants to be in one map.
 *
 * @param path what the user calls it, e.g. maps[0]; messages begin so
 * @param map its name in the object
 * @param entries with distinct keys
 */
public record DeclaredMap(String path, String map, List<Entry> entries) {
  public DeclaredMap {
    entries = List.copyOf(entries);
  }

  /**
   * What the overrides of a revision declare, encoded; maps for which they declare nothing are left
   * out.
   *
   * @throws dev.skep.api.v1alpha1.Refusal InvalidEntry when an entry does not fit
   */
  public static List<DeclaredMap> of(List<MapOverride> overrides, ObjectReport report) {
    List<DeclaredMap> maps = new ArrayList<>();
    for (int i = 0; i < overrides.size(); i++) {
      if (!overrides.get(i).entries().isEmpty()) {
        maps.add(encode("maps[%d]".formatted(i), overrides.get(i), report));
      }
    }
    return List.copyOf(maps);
  }

  private static DeclaredMap encode(String path, MapOverride override, ObjectReport report) {
    ObjectMap map = report.map(override.name()).orElseThrow();
    // Admission looked at the size; a shared map's is only known to the kernel.
    EntryEncoder encoder = new EntryEncoder(report, map, Long.MAX_VALUE);
    List<Entry> entries = new ArrayList<>(override.entries().size());
    for (int i = 0; i < override.entries().size(); i++) {
      entries.add(encoder.encode("%s.entries[%d]".formatted(path, i), override.entries().get(i)));
    }
    return new DeclaredMap(path, override.name(), entries);
  }
}
