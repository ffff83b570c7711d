package dev.skep.artifact.btf;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Fields of one struct that were set: two of them share bits only as members of a union. */
final class SharedBits {
  private record Last(String name, long end) {}

  private final NavigableMap<Long, Last> byStart = new TreeMap<>();

  /** Adds a field; the name of one that has bits in common with it, if one has. */
  Optional<String> add(Btf btf, String name, FieldPath.Found field) {
    int width = field.member().bits();
    long start = field.bitOffset();
    long end = start + (width == 0 ? btf.size(field.member().type()) * 8 : width);
    Map.Entry<Long, Last> before = byStart.lowerEntry(end);
    if (before != null && before.getValue().end() > start) {
      return Optional.of(before.getValue().name());
    }
    if (end > start) {
      byStart.put(start, new Last(name, end));
    }
    return Optional.empty();
  }
}
