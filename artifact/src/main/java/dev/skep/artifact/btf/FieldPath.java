package dev.skep.artifact.btf;

import dev.skep.artifact.btf.BtfType.Composite;
import dev.skep.artifact.btf.BtfType.Member;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds members by name, looking through anonymous structs and unions. */
final class FieldPath {
  /** A member, and where it begins in the outermost struct. */
  record Found(Member member, long bitOffset) {}

  private FieldPath() {}

  /** A field of what begins at {@code offset} bytes. */
  static Optional<Field> find(Btf btf, int type, String path, int offset) {
    long bitOffset = 8L * offset;
    if (path.isEmpty()) {
      return Field.of(btf, path, type, bitOffset, 0);
    }
    int at = type;
    int bits = 0;
    for (String name : path.split("\\.", -1)) {
      Optional<Found> found = member(btf, at, name, bitOffset);
      if (name.isEmpty() || found.isEmpty()) {
        return Optional.empty();
      }
      at = found.get().member().type();
      bits = found.get().member().bits();
      bitOffset = found.get().bitOffset();
    }
    return Field.of(btf, path, at, bitOffset, bits);
  }

  /** The member of a name, in a struct that begins at {@code bitOffset}. */
  static Optional<Found> member(Btf btf, int type, String name, long bitOffset) {
    return member(btf, type, name, bitOffset, new HashSet<>(), 0);
  }

  static List<String> names(Btf btf, int type) {
    List<String> names = new ArrayList<>();
    collect(btf, type, names, new HashSet<>(), 0);
    return names;
  }

  // What was not found in an anonymous type the first time is not found in it the second.
  private static Optional<Found> member(
      Btf btf, int type, String name, long bitOffset, Set<Integer> seen, int depth) {
    int id = enter(btf, type, depth);
    if (!(btf.type(id) instanceof Composite composite) || !seen.add(id)) {
      return Optional.empty();
    }
    for (Member member : composite.members()) {
      long at = bitOffset + Integer.toUnsignedLong(member.bitOffset());
      if (member.name().equals(name)) {
        return Optional.of(new Found(member, at));
      }
      if (member.name().isEmpty()) {
        Optional<Found> inner = member(btf, member.type(), name, at, seen, depth + 1);
        if (inner.isPresent()) {
          return inner;
        }
      }
    }
    return Optional.empty();
  }

  private static void collect(Btf btf, int type, List<String> names, Set<Integer> seen, int depth) {
    int id = enter(btf, type, depth);
    if (!(btf.type(id) instanceof Composite composite) || !seen.add(id)) {
      return;
    }
    for (Member member : composite.members()) {
      if (member.name().isEmpty()) {
        collect(btf, member.type(), names, seen, depth + 1);
      } else {
        names.add(member.name());
      }
    }
  }

  private static int enter(Btf btf, int type, int depth) {
    if (depth > Btf.MAX_DEPTH) {
      throw Btf.tooDeep(type);
    }
    return btf.resolveId(type);
  }
}
