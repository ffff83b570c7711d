package dev.skep.artifact.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.MapEntry;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.BtfEncoder;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.artifact.text.Names;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;

/**
 * Entries of one map as the kernel takes them.
 *
 * @param maxEntries what the map can hold on the node
 */
public record EntryEncoder(ObjectReport report, ObjectMap map, long maxEntries) {
  private static final Set<String> FILLABLE =
      Set.of(
          "hash",
          "array",
          "percpu_hash",
          "percpu_array",
          "lru_hash",
          "lru_percpu_hash",
          "lpm_trie",
          "array_of_maps",
          "hash_of_maps");

  /** struct bpf_lpm_trie_key: how many bits of what follows count. */
  private static final int PREFIX_LENGTH = 4;

  /**
   * One entry.
   *
   * @param value of one CPU; empty in a map of maps
   * @param map in a map of maps, the name of the object's map that is the value; else null
   */
  public record Entry(byte[] key, byte[] value, String map) {}

  /** Whether maps of this type have entries that a user can declare. */
  public static boolean fills(String type) {
    return FILLABLE.contains(type);
  }

  /**
   * The bytes of one entry.
   *
   * @param path what the user calls it, e.g. maps[0].entries[3]; messages begin so
   * @throws Refusal InvalidEntry
   */
  public Entry encode(String path, MapEntry entry) {
    byte[] key = bytes(path + ".key", entry.key(), map.keyType(), map.keySize());
    if (map.type().equals("lpm_trie")) {
      checkNetwork(path + ".key", entry.key(), key);
    } else if (map.type().contains("array")) {
      checkIndex(path + ".key", key);
    }
    return map.holdsMaps()
        ? new Entry(key, new byte[0], innerMap(path + ".value", entry.value()))
        : new Entry(
            key, bytes(path + ".value", entry.value(), map.valueType(), map.valueSize()), null);
  }

  private byte[] bytes(String path, JsonNode json, int type, int size) {
    byte[] bytes =
        type == 0
            ? BtfEncoder.bytes(size, path, json, Reason.InvalidEntry)
            : BtfEncoder.encode(report.btf(), type, path, json, Reason.InvalidEntry);
    if (bytes.length != size) {
      throw invalid(path, "its type has %d bytes, the map %d".formatted(bytes.length, size));
    }
    return bytes;
  }

  private void checkIndex(String path, byte[] key) {
    long index =
        Integer.toUnsignedLong(ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).getInt());
    if (index >= maxEntries) {
      throw invalid(
          path, "%d is beyond the %d entries of %s".formatted(index, maxEntries, map.name()));
    }
  }

  /** Two keys that differ only beyond the prefix are one to the kernel. */
  private void checkNetwork(String path, JsonNode said, byte[] key) {
    long bits =
        Integer.toUnsignedLong(ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).getInt());
    int most = (key.length - PREFIX_LENGTH) * 8;
    if (bits > most) {
      throw invalid(path, "a prefix of %d bits; the key has %d".formatted(bits, most));
    }
    for (int bit = (int) bits; bit < most; bit++) {
      if ((key[PREFIX_LENGTH + bit / 8] >> (7 - bit % 8) & 1) != 0) {
        throw invalid(
            path,
            "%s has bits set beyond its prefix of %d: set them to 0"
                .formatted(Names.shorten(said.toString()), bits));
      }
    }
  }

  private String innerMap(String path, JsonNode value) {
    if (value == null || value.size() != 1 || !value.path("map").isTextual()) {
      throw invalid(path, map.name() + " is a map of maps: write {map: NAME}");
    }
    String name = value.path("map").textValue();
    List<String> fitting =
        report.maps().stream().filter(this::fitsInside).map(ObjectMap::name).toList();
    if (!fitting.contains(name)) {
      throw invalid(
          path + ".map",
          "%s is no map of the object that fits into %s%s"
              .formatted(Names.shorten(name), map.name(), Names.suggestion(name, fitting)));
    }
    return name;
  }

  private boolean fitsInside(ObjectMap other) {
    ObjectMap inner = map.inner();
    return inner == null
        ? !other.holdsMaps()
        : other.type().equals(inner.type())
            && other.keySize() == inner.keySize()
            && other.valueSize() == inner.valueSize();
  }

  private static Refusal invalid(String path, String what) {
    return new Refusal(Reason.InvalidEntry, path + ": " + what);
  }
}
