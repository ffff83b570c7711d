package dev.skep.node.kernel;

import dev.skep.artifact.inspect.EntryEncoder.Entry;
import dev.skep.artifact.inspect.MapType;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.MapInfo;
import dev.skep.node.libbpf.MapWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** One map of a load, open to be compared with what is declared for it, and changed. */
final class FillableMap implements AutoCloseable {
  private static final int MANY = 256;

  private final Libbpf libbpf;
  private final Fd map;
  private final Function<String, Fd> inner;
  private final MapWriter writer;
  private final String type;

  /**
   * @param map closed with this
   * @param inner opens another map of the load by its name, for entries that are maps
   */
  FillableMap(Libbpf libbpf, Fd map, Function<String, Fd> inner) {
    this.libbpf = libbpf;
    this.map = map;
    this.inner = inner;
    this.writer = libbpf.writer(map);
    this.type = MapType.name(writer.info().type());
  }

  MapInfo info() {
    return writer.info();
  }

  /** The entries that the kernel does not show so. */
  List<Entry> wrong(List<Entry> declared) {
    if (declared.isEmpty()) {
      return List.of();
    }
    Function<byte[], Optional<byte[]>> found = lookup(declared);
    Map<String, byte[]> ids = new HashMap<>();
    return declared.stream()
        .filter(
            entry -> {
              byte[] wanted =
                  entry.map() == null
                      ? entry.value()
                      : ids.computeIfAbsent(entry.map(), this::innerId);
              return found.apply(entry.key()).filter(v -> writer.holds(v, wanted)).isEmpty();
            })
        .toList();
  }

  /**
   * A trie answers a lookup with what covers the key: which keys it has, only reading tells. And of
   * many keys, reading in batches is cheaper than a call for each. Of what programs put there
   * themselves, which may be millions, nothing is kept.
   */
  private Function<byte[], Optional<byte[]>> lookup(List<Entry> declared) {
    int keys = declared.size();
    long size = Integer.toUnsignedLong(info().maxEntries());
    if (!type.equals("lpm_trie") && (keys < MANY || size > 16L * keys)) {
      return writer::get;
    }
    Set<ByteBuffer> asked = new HashSet<>();
    declared.forEach(entry -> asked.add(ByteBuffer.wrap(entry.key())));
    Map<ByteBuffer, byte[]> found = new HashMap<>();
    libbpf
        .reader(map)
        .read(
            Integer.MAX_VALUE,
            (key, value) -> {
              if (asked.contains(ByteBuffer.wrap(key))) {
                found.put(ByteBuffer.wrap(key.clone()), value.clone());
              }
            });
    return key -> Optional.ofNullable(found.get(ByteBuffer.wrap(key)));
  }

  /** A map in a map is written by its descriptor, and read as its id. */
  private byte[] innerId(String name) {
    try (Fd fd = inner.apply(name)) {
      return number(libbpf.mapInfo(fd).id());
    }
  }

  void put(List<Entry> entries) {
    Map<String, Fd> open = new HashMap<>();
    try {
      writer.put(
          entries.stream()
              .map(
                  e ->
                      new MapWriter.Entry(
                          e.key(),
                          e.map() == null
                              ? e.value()
                              : number(open.computeIfAbsent(e.map(), inner).number())))
              .toList());
    } finally {
      open.values().forEach(Fd::close);
    }
  }

  /** Removes keys; the entries of an array stay, and become zero. */
  void remove(List<byte[]> keys) {
    if (type.equals("array") || type.equals("percpu_array")) {
      byte[] zero = new byte[info().valueSize()];
      writer.put(keys.stream().map(key -> new MapWriter.Entry(key, zero)).toList());
    } else {
      keys.forEach(writer::remove);
    }
  }

  long used() {
    long[] entries = {0};
    libbpf.reader(map).read(Integer.MAX_VALUE, (key, value) -> entries[0]++);
    return entries[0];
  }

  private static byte[] number(int number) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array();
  }

  @Override
  public void close() {
    writer.close();
    map.close();
  }
}
