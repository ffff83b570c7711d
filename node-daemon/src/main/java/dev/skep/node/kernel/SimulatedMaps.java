package dev.skep.node.kernel;

import dev.skep.node.kernel.SimulatedKernel.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What is in the maps of a simulated kernel. */
final class SimulatedMaps {
  private final Map<LoadKey, Map<String, List<Entry>>> entries = new HashMap<>();
  private final Map<LoadKey, List<DeclaredMap>> filled = new HashMap<>();

  void fill(LoadKey key, String map, List<Entry> content) {
    entries.computeIfAbsent(key, k -> new HashMap<>()).put(map, List.copyOf(content));
  }

  Stream<Entry> read(LoadKey key, String map) {
    return entries.getOrDefault(key, Map.of()).getOrDefault(map, List.of()).stream();
  }

  void fill(LoadKey key, List<DeclaredMap> declared) {
    filled.put(key, declared);
  }

  List<String> unfilled(LoadKey key, List<DeclaredMap> declared) {
    List<DeclaredMap> before = filled.getOrDefault(key, List.of());
    return declared.equals(before)
        ? List.of()
        : Stream.concat(declared.stream(), before.stream())
            .map(DeclaredMap::map)
            .distinct()
            .toList();
  }
}
