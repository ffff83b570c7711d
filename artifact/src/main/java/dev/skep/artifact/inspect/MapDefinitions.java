package dev.skep.artifact.inspect;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.Btf;
import dev.skep.artifact.btf.BtfType.Array;
import dev.skep.artifact.btf.BtfType.Composite;
import dev.skep.artifact.btf.BtfType.DataSection;
import dev.skep.artifact.btf.BtfType.Member;
import dev.skep.artifact.btf.BtfType.Placed;
import dev.skep.artifact.btf.BtfType.Pointer;
import dev.skep.artifact.btf.BtfType.Variable;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import java.util.ArrayList;
import java.util.List;

/**
 * The maps of SEC(".maps"), each a variable whose type says what it is (libbpf.c,
 * parse_btf_map_def): a number is the length of an array pointed to (__uint), a type is what is
 * pointed to (__type).
 */
final class MapDefinitions {
  /** A program uses 64 at most; many definitions of many members would cost their product. */
  private static final int MAX_MAPS = 1024;

  private static final int MAX_MEMBERS = 64;

  private final Btf btf;

  private MapDefinitions(Btf btf) {
    this.btf = btf;
  }

  static List<ObjectMap> read(Btf btf) {
    MapDefinitions definitions = new MapDefinitions(btf);
    List<ObjectMap> maps = new ArrayList<>();
    for (var type : btf.types()) {
      if (type instanceof DataSection section && section.name().equals(".maps")) {
        for (Placed placed : section.variables()) {
          if (maps.size() == MAX_MAPS) {
            throw new Refusal(
                Reason.TooLarge, "the object has more than %d maps".formatted(MAX_MAPS));
          }
          maps.add(definitions.map(placed));
        }
      }
    }
    return maps;
  }

  private ObjectMap map(Placed placed) {
    if (!(btf.type(placed.variable()) instanceof Variable variable)) {
      throw invalid("?", "is no variable");
    }
    return map(Identifiers.check("map", variable.name()), variable.type(), 0);
  }

  private ObjectMap map(String name, int type, int depth) {
    if (!(btf.resolve(type) instanceof Composite definition)) {
      throw invalid(name, "is a " + btf.describe(type) + ", not a struct");
    }
    if (definition.members().size() > MAX_MEMBERS) {
      throw invalid(name, "has %d members".formatted(definition.members().size()));
    }
    Builder map = new Builder(name);
    for (Member member : definition.members()) {
      read(map, member);
    }
    if (map.type == 0) {
      throw invalid(name, "has no type: write __uint(type, BPF_MAP_TYPE_…)");
    }
    return new ObjectMap(
        name,
        MapType.name(map.type),
        map.keySize,
        map.valueSize,
        map.maxEntries,
        map.keyType,
        map.valueType,
        depth == 0 && map.innerType != 0 ? map(name + ".inner", map.innerType, 1) : null);
  }

  private void read(Builder map, Member member) {
    switch (member.name()) {
      case "type" -> map.type = number(map.name, member);
      case "max_entries" -> map.maxEntries = number(map.name, member);
      case "key_size" -> map.keySize = size(map.name, "key", number(map.name, member));
      case "value_size" -> map.valueSize = size(map.name, "value", number(map.name, member));
      case "key" -> {
        map.keyType = target(map.name, member);
        map.keySize = size(map.name, "key", btf.size(map.keyType));
      }
      case "value" -> {
        map.valueType = target(map.name, member);
        map.valueSize = size(map.name, "value", btf.size(map.valueType));
      }
      // Inner maps or programs; what user space sees of one is an id or descriptor.
      case "values" -> {
        map.valueSize = 4;
        map.innerType = innerMap(member);
      }
      default -> {}
    }
  }

  private long number(String map, Member member) {
    if (btf.resolve(member.type()) instanceof Pointer pointer
        && btf.resolve(pointer.target()) instanceof Array array) {
      return array.length();
    }
    throw invalid(map, "has a %s that is no number: write __uint(%s, …)", member.name());
  }

  private int target(String map, Member member) {
    if (btf.resolve(member.type()) instanceof Pointer pointer) {
      return pointer.target();
    }
    throw invalid(map, "has a %s that is no type: write __type(%s, …)", member.name());
  }

  /** The struct that defines the maps in a map; 0 where the values are programs. */
  private int innerMap(Member member) {
    boolean isMap =
        btf.resolve(member.type()) instanceof Array array
            && btf.resolve(array.element()) instanceof Pointer pointer
            && btf.resolve(pointer.target()) instanceof Composite;
    return isMap
        ? ((Pointer) btf.resolve(((Array) btf.resolve(member.type())).element())).target()
        : 0;
  }

  private static int size(String map, String what, long size) {
    if (size > Integer.MAX_VALUE) {
      throw invalid(map, "has a %s of %d bytes".formatted(what, size));
    }
    return (int) size;
  }

  private static Refusal invalid(String map, String what, String member) {
    return invalid(map, what.formatted(member, member));
  }

  private static Refusal invalid(String map, String what) {
    return new Refusal(Reason.InvalidMap, "map %s of the object %s".formatted(map, what));
  }

  /** What the members said so far. */
  private static final class Builder {
    private final String name;
    private long type;
    private long maxEntries;
    private int keySize;
    private int valueSize;
    private int keyType;
    private int valueType;
    private int innerType;

    private Builder(String name) {
      this.name = name;
    }
  }
}
