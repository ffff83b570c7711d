package dev.skep.node.kernel;

import dev.skep.artifact.inspect.EntryEncoder.Entry;
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
}
