package dev.skep.artifact.elf;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * NUL-terminated names found by their offset. Names may share their ends, so a small hostile table
 * could name far more characters than it has bytes: what is decoded in all is bounded.
 */
public final class StringTable {
  /** The longest name, bytes: PATH_MAX for a uprobe's binary, and as much for a C++ symbol. */
  public static final int MAX_NAME = 8192;

  private final byte[] bytes;
  private final int start;
  private final int end;
  private final Map<Integer, String> decoded = new HashMap<>();
  private long budget;

  /** The table in {@code bytes}, from {@code start}, {@code length} long; both were checked. */
  public StringTable(byte[] bytes, int start, int length) {
    this.bytes = bytes;
    this.start = start;
    this.end = start + length;
    this.budget = 2L * length + 4096;
  }

  /** The name at an offset; empty when the offset is outside, or the name is cut or too much. */
  public Optional<String> at(long offset) {
    if (offset < 0 || offset >= end - start) {
      return Optional.empty();
    }
    String known = decoded.get((int) offset);
    return known != null ? Optional.of(known) : decode((int) offset);
  }

  private Optional<String> decode(int offset) {
    int from = start + offset;
    int to = from;
    while (to < end && bytes[to] != 0) {
      to++;
      if (--budget < 0 || to - from > MAX_NAME) {
        return Optional.empty();
      }
    }
    if (to == end) {
      return Optional.empty();
    }
    String name = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    decoded.put(offset, name);
    return Optional.of(name);
  }
}
