package dev.skep.node.libbpf;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.function.BiConsumer;

/** Reads every entry of a map, many with one call where the kernel can. */
public final class MapReader {
  // enum bpf_map_type: the types whose value is one for each possible CPU.
  private static final Set<Integer> PER_CPU = Set.of(5, 6, 10, 21);

  static boolean isPerCpu(int mapType) {
    return PER_CPU.contains(mapType);
  }

  private static final int BATCH = 4096;
  private static final long BATCH_BYTES = 4 << 20;

  private final Fd map;
  private final MapInfo info;
  private final int valueBytes;

  MapReader(Fd map, MapInfo info, int possibleCpus) {
    this.map = map;
    this.info = info;
    this.valueBytes =
        PER_CPU.contains(info.type())
            ? Math.ceilDiv(info.valueSize(), 8) * 8 * possibleCpus
            : info.valueSize();
  }

  /**
   * Gives up to {@code limit} entries. The two arrays are the same at every call of {@code entry}.
   */
  public void read(int limit, BiConsumer<byte[], byte[]> entry) {
    int wanted = (int) Math.min(limit, Integer.toUnsignedLong(info.maxEntries()));
    if (wanted <= 0 || info.keySize() == 0) {
      return;
    }
    if (!readInBatches(wanted, entry)) {
      readOneByOne(wanted, entry);
    }
  }

  /** False when this kernel does not read maps of this type in batches; then nothing was read. */
  private boolean readInBatches(int wanted, BiConsumer<byte[], byte[]> entry) {
    int size = Math.clamp(BATCH_BYTES / valueBytes, 1, Math.min(BATCH, wanted));
    byte[] key = new byte[info.keySize()];
    byte[] value = new byte[valueBytes];
    int read = 0;
    try (Arena arena = Arena.ofConfined()) {
      // A hash's token is a bucket's number, four bytes even where the key is shorter.
      MemorySegment token = arena.allocate(Math.max(4, info.keySize()), 8);
      MemorySegment count = arena.allocate(JAVA_INT);
      MemorySegment keys = arena.allocate((long) size * info.keySize(), 8);
      MemorySegment values = arena.allocate((long) size * valueBytes, 8);
      MemorySegment from = NULL;
      while (read < wanted) {
        count.set(JAVA_INT, 0, size);
        int result = LibbpfCalls.lookupBatch(map.number(), from, token, keys, values, count, NULL);
        if (result == -Errno.ENOSPC && size < 1 << 20) {
          // One bucket holds more entries than the batch.
          size *= 4;
          keys = arena.allocate((long) size * info.keySize(), 8);
          values = arena.allocate((long) size * valueBytes, 8);
          continue;
        }
        if (result < 0 && result != -Errno.ENOENT) {
          if (from.equals(NULL)) {
            return false;
          }
          NativeLibbpf.check("bpf_map_lookup_batch", result);
        }
        int got = Math.min(count.get(JAVA_INT, 0), wanted - read);
        for (int i = 0; i < got; i++) {
          MemorySegment.copy(keys, JAVA_BYTE, (long) i * key.length, key, 0, key.length);
          MemorySegment.copy(values, JAVA_BYTE, (long) i * value.length, value, 0, value.length);
          entry.accept(key, value);
        }
        read += got;
        if (result == -Errno.ENOENT || got == 0) {
          return true;
        }
        from = token;
      }
    }
    return true;
  }

  private void readOneByOne(int wanted, BiConsumer<byte[], byte[]> entry) {
    byte[] key = new byte[info.keySize()];
    byte[] value = new byte[valueBytes];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment current = arena.allocate(info.keySize(), 8);
      MemorySegment next = arena.allocate(info.keySize(), 8);
      MemorySegment found = arena.allocate(valueBytes, 8);
      MemorySegment from = NULL;
      for (int read = 0; read < wanted; read++) {
        int result = LibbpfCalls.nextKey(map.number(), from, next);
        if (result == -Errno.ENOENT) {
          return;
        }
        NativeLibbpf.check("bpf_map_get_next_key", result);
        int looked = LibbpfCalls.lookup(map.number(), next, found);
        if (looked == 0) {
          MemorySegment.copy(next, JAVA_BYTE, 0, key, 0, key.length);
          MemorySegment.copy(found, JAVA_BYTE, 0, value, 0, value.length);
          entry.accept(key, value);
        } else if (looked != -Errno.ENOENT) { // deleted since
          NativeLibbpf.check("bpf_map_lookup_elem", looked);
        }
        current.copyFrom(next);
        from = current;
      }
    }
  }
}
