package dev.skep.artifact.inspect;

import java.util.List;

/** Names of enum bpf_map_type (include/uapi/linux/bpf.h), by number. */
public final class MapType {
  private static final List<String> NAMES =
      List.of(
          "unspec",
          "hash",
          "array",
          "prog_array",
          "perf_event_array",
          "percpu_hash",
          "percpu_array",
          "stack_trace",
          "cgroup_array",
          "lru_hash",
          "lru_percpu_hash",
          "lpm_trie",
          "array_of_maps",
          "hash_of_maps",
          "devmap",
          "sockmap",
          "cpumap",
          "xskmap",
          "sockhash",
          "cgroup_storage",
          "reuseport_sockarray",
          "percpu_cgroup_storage",
          "queue",
          "stack",
          "sk_storage",
          "devmap_hash",
          "struct_ops",
          "ringbuf",
          "inode_storage",
          "task_storage",
          "bloom_filter",
          "user_ringbuf",
          "cgrp_storage",
          "arena");

  private MapType() {}

  /** The name without BPF_MAP_TYPE_, in lower case; type_N for one that is not known here. */
  public static String name(long number) {
    return number >= 0 && number < NAMES.size() ? NAMES.get((int) number) : "type_" + number;
  }

  /** The number of a name; -1 for one that is not known here. */
  public static int number(String name) {
    return NAMES.indexOf(name);
  }

  /** One more than the largest number that has a name here. */
  public static int count() {
    return NAMES.size();
  }
}
