package dev.skep.node.libbpf;

/**
 * A map as the kernel shows it (struct bpf_map_info), or as an object defines it (then without id).
 *
 * @param type enum bpf_map_type
 * @param id the kernel's map id, 0 for a definition
 * @param keySize bytes
 * @param valueSize bytes
 * @param maxEntries entries; unsigned
 * @param flags BPF_F_…
 */
public record MapInfo(int type, int id, int keySize, int valueSize, int maxEntries, int flags) {
  // linux/bpf.h
  private static final int PERF_EVENT_ARRAY = 4;
  private static final int LRU_HASH = 9;
  private static final int LRU_PERCPU_HASH = 10;
  private static final int DEVMAP = 14;
  private static final int DEVMAP_HASH = 25;
  private static final int NO_COMMON_LRU = 1 << 1;
  private static final int RDONLY_PROG = 1 << 7;

  /** Of a definition: what a map that is made by it is, where libbpf or the kernel completes it. */
  public MapInfo made(int possibleCpus) {
    return switch (type) {
      // libbpf: an entry for each CPU, where it is not said how many.
      case PERF_EVENT_ARRAY -> maxEntries == 0 ? with(possibleCpus, flags) : this;
      // kernel/bpf/hashtab.c: where each CPU has a list of its own, as many in each.
      case LRU_HASH, LRU_PERCPU_HASH ->
          (flags & NO_COMMON_LRU) == 0
              ? this
              : with(Math.ceilDiv(maxEntries, possibleCpus) * possibleCpus, flags);
      // kernel/bpf/devmap.c
      case DEVMAP, DEVMAP_HASH -> with(maxEntries, flags | RDONLY_PROG);
      default -> this;
    };
  }

  private MapInfo with(int maxEntries, int flags) {
    return new MapInfo(type, id, keySize, valueSize, maxEntries, flags);
  }
}
