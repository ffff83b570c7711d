package dev.skep.node.libbpf;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * Looks up and changes entries of a map. A value is that of one CPU: of a per-CPU map, all CPUs get
 * it, and all of them together are what is looked up. For one thread; to be closed, which leaves
 * the map's descriptor open.
 */
public final class MapWriter implements AutoCloseable {
  private static final int BATCH = 4096;
  private static final int BATCH_BYTES = 4 << 20;

  /** An entry to write. */
  public record Entry(byte[] key, byte[] value) {}

  private final Fd map;
  private final MapInfo info;
  private final int copies;
  private final int stride;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment key;
  private final MemorySegment value;

  MapWriter(Fd map, MapInfo info, int possibleCpus) {
    this.map = map;
    this.info = info;
    this.copies = MapReader.isPerCpu(info.type()) ? possibleCpus : 1;
    this.stride = copies == 1 ? info.valueSize() : Math.ceilDiv(info.valueSize(), 8) * 8;
    this.key = arena.allocate(Math.max(1, info.keySize()), 8);
    this.value = arena.allocate(Math.max(1, (long) copies * stride), 8);
  }

  public MapInfo info() {
    return info;
  }

  /** The value of a key as the kernel gives it; empty when it has none. */
  public Optional<byte[]> get(byte[] key) {
    copy(key, this.key, 0);
    int result = LibbpfCalls.lookup(map.number(), this.key, value);
    if (result == -Errno.ENOENT) {
      return Optional.empty();
    }
    NativeLibbpf.check("bpf_map_lookup_elem", result);
    return Optional.of(value.asSlice(0, (long) copies * stride).toArray(JAVA_BYTE));
  }

  /** Whether every CPU has this value. */
  public boolean holds(byte[] found, byte[] wanted) {
    for (int cpu = 0; cpu < copies; cpu++) {
      for (int i = 0; i < wanted.length; i++) {
        if (found[cpu * stride + i] != wanted[i]) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Writes entries, many with one call where the kernel can.
   *
   * @throws NativeError of the first that cannot be written: E2BIG or ENOSPC when the map is full.
   *     Those before it are written
   */
  public void put(List<Entry> entries) {
    int done = 0;
    if (entries.size() > 1) {
      done = putInBatches(entries);
    }
    for (Entry entry : entries.subList(done, entries.size())) {
      copy(entry.key(), key, 0);
      copyToEachCpu(entry.value(), value, 0);
      NativeLibbpf.check("bpf_map_update_elem", MapCalls.update(map.number(), key, value, 0));
    }
  }

  /** How many were written; all, unless the kernel refuses batches of this map or one entry. */
  private int putInBatches(List<Entry> entries) {
    int bytes = copies * stride;
    int size = Math.clamp(BATCH_BYTES / Math.max(1, bytes), 1, Math.min(BATCH, entries.size()));
    try (Arena batch = Arena.ofConfined()) {
      MemorySegment keys = batch.allocate((long) size * info.keySize(), 8);
      MemorySegment values = batch.allocate((long) size * bytes, 8);
      MemorySegment count = batch.allocate(JAVA_INT);
      int done = 0;
      while (done < entries.size()) {
        int some = Math.min(size, entries.size() - done);
        for (int i = 0; i < some; i++) {
          copy(entries.get(done + i).key(), keys, (long) i * info.keySize());
          copyToEachCpu(entries.get(done + i).value(), values, (long) i * bytes);
        }
        count.set(JAVA_INT, 0, some);
        int result = MapCalls.updateBatch(map.number(), keys, values, count, NULL);
        if (result < 0) {
          // One by one tells which entry it was; a kernel that knows no batches wrote none.
          return done;
        }
        done += some;
      }
      return done;
    }
  }

  /** Removes an entry, if it is there. */
  public void remove(byte[] key) {
    copy(key, this.key, 0);
    int result = MapCalls.delete(map.number(), this.key);
    if (result != -Errno.ENOENT) {
      NativeLibbpf.check("bpf_map_delete_elem", result);
    }
  }

  private static void copy(byte[] bytes, MemorySegment to, long at) {
    MemorySegment.copy(bytes, 0, to, JAVA_BYTE, at, bytes.length);
  }

  private void copyToEachCpu(byte[] bytes, MemorySegment to, long at) {
    for (int cpu = 0; cpu < copies; cpu++) {
      copy(bytes, to, at + (long) cpu * stride);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
