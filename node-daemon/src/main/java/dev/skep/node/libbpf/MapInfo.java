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

  /** A map of this shape can stand where one of the other is defined. */
  public boolean sameShape(MapInfo definition) {
    return type == definition.type
        && keySize == definition.keySize
        && valueSize == definition.valueSize
        && maxEntries == definition.maxEntries
        && flags == definition.flags;
  }
}
