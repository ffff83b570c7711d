package dev.skep.node.metrics;

import java.util.Set;

/** What the kernel's map types are like, as far as reading their entries goes. */
final class MapTypes {
  private static final Set<String> COUNTED =
      Set.of("hash", "lru_hash", "percpu_hash", "lru_percpu_hash", "lpm_trie");

  private MapTypes() {}

  /** Types whose entries come and go, so that counting them says something. */
  static boolean counted(String type) {
    return COUNTED.contains(type);
  }

  static boolean array(String type) {
    return type.equals("array") || type.equals("percpu_array");
  }

  static boolean perCpu(String type) {
    return type.contains("percpu_");
  }
}
