package dev.skep.artifact.btf;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.BtfType.Alias;
import dev.skep.artifact.btf.BtfType.Array;
import dev.skep.artifact.btf.BtfType.Composite;
import dev.skep.artifact.btf.BtfType.DataSection;
import dev.skep.artifact.btf.BtfType.Enumeration;
import dev.skep.artifact.btf.BtfType.FloatingPoint;
import dev.skep.artifact.btf.BtfType.Forward;
import dev.skep.artifact.btf.BtfType.Int;
import dev.skep.artifact.btf.BtfType.Pointer;
import dev.skep.artifact.btf.BtfType.Variable;
import dev.skep.artifact.elf.StringTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The types of an object, by id. Immutable. A type that cannot be (contains itself, does not end)
 * is answered with a Refusal InvalidBtf by whoever meets it.
 */
public final class Btf {
  /** How many types are followed to find what one is; MAX_RESOLVE_DEPTH of libbpf's btf.c. */
  static final int MAX_DEPTH = 32;

  private static final Set<String> NETWORK_ORDER = Set.of("__be16", "__be32", "__be64");

  private final List<BtfType> types;

  private Btf(List<BtfType> types) {
    this.types = List.copyOf(types);
  }

  /**
   * Reads a .BTF section.
   *
   * @throws Refusal InvalidBtf or TooLarge
   */
  public static Btf read(byte[] section) {
    return new Btf(new BtfReader(section).read());
  }

  /** The names of a .BTF section that {@link #read} could read. */
  public static StringTable names(byte[] section) {
    ByteBuffer header = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
    return new StringTable(section, header.getInt(4) + header.getInt(16), header.getInt(20));
  }

  /** Every type; the index is the id. */
  public List<BtfType> types() {
    return types;
  }

  /** The type of an id, as it is written: maybe a typedef or const. */
  public BtfType type(int id) {
    if (id < 0 || id >= types.size()) {
      throw new Refusal(Reason.InvalidBtf, "the object's BTF has no type " + id);
    }
    return types.get(id);
  }

  /** The type behind every typedef, const, volatile and type tag. */
  public BtfType resolve(int id) {
    return type(resolveId(id));
  }

  /** Id of {@link #resolve}. */
  public int resolveId(int id) {
    int at = id;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      if (!(type(at) instanceof Alias alias)) {
        return at;
      }
      at = alias.target();
    }
    throw tooDeep(id);
  }

  /** Bytes of a value of this type; 0 for void, functions and what is only declared. */
  public long size(int id) {
    long count = 1;
    int at = id;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      switch (resolve(at)) {
        case Array array -> {
          count = multiply(count, array.length());
          at = array.element();
        }
        case Variable variable -> at = variable.type();
        case Int number -> {
          return multiply(count, number.size());
        }
        case FloatingPoint number -> {
          return multiply(count, number.size());
        }
        case Composite composite -> {
          return multiply(count, composite.size());
        }
        case Enumeration enumeration -> {
          return multiply(count, enumeration.size());
        }
        case Pointer pointer -> {
          return multiply(count, 8);
        }
        case DataSection section -> {
          return section.size();
        }
        default -> {
          return 0;
        }
      }
    }
    throw tooDeep(id);
  }

  /** Whether it is one of the kernel's types for numbers in network order: __be16 and its like. */
  boolean isNetworkOrder(int id) {
    int at = id;
    for (int depth = 0; depth < MAX_DEPTH && type(at) instanceof Alias alias; depth++) {
      if (NETWORK_ORDER.contains(alias.name())) {
        return true;
      }
      at = alias.target();
    }
    return false;
  }

  /** Whether the type is the one in which C programs keep an IPv4 address, __be32. */
  boolean isIpv4(int id) {
    int at = id;
    for (int depth = 0; depth < MAX_DEPTH && type(at) instanceof Alias alias; depth++) {
      if (alias.name().equals("__be32")) {
        return true;
      }
      at = alias.target();
    }
    return false;
  }

  /** How C writes the type, without qualifiers: __u32, struct opens_key, char[16]. */
  public String describe(int id) {
    StringBuilder suffix = new StringBuilder();
    int at = id;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      switch (type(at)) {
        case Alias alias when alias.name().isEmpty() -> at = alias.target();
        case Variable variable -> at = variable.type();
        case Array array -> {
          suffix.append('[').append(array.length()).append(']');
          at = array.element();
        }
        case Pointer pointer -> {
          suffix.insert(0, '*');
          at = pointer.target();
        }
        case BtfType named -> {
          return keyword(named) + (suffix.indexOf("*") == 0 ? " " : "") + suffix;
        }
      }
    }
    return "type that contains itself";
  }

  /**
   * A field of a type by its path, e.g. task.comm; members of anonymous structs count as the outer
   * one's. The empty path is the value itself. Empty when there is no such field.
   */
  public Optional<Field> field(int type, String path) {
    return field(type, path, 0);
  }

  /** The same of a value that begins somewhere in the bytes, as global variables do. */
  public Optional<Field> field(int type, String path, int offset) {
    return FieldPath.find(this, type, path, offset);
  }

  /** Names of a struct's fields, through anonymous ones; none for another type. */
  public List<String> fieldNames(int type) {
    return FieldPath.names(this, type);
  }

  /**
   * A value as Java has it: Long (BigInteger above its range), Double, Boolean, String (char
   * arrays, enumerators, pointers as 0x…, addresses and networks as they are written), ordered Map
   * for structs and unions, List for arrays.
   *
   * @throws Refusal InvalidBtf when the bytes are fewer than the type's
   */
  public Object decode(int type, byte[] value) {
    return new BtfDecoder(this, value).decode(type);
  }

  private static String keyword(BtfType type) {
    String keyword =
        switch (type) {
          case Composite composite -> composite.union() ? "union " : "struct ";
          case Enumeration enumeration -> "enum ";
          case Forward forward -> "struct ";
          case BtfType.Void nothing -> "void";
          default -> "";
        };
    return (keyword + type.name()).strip();
  }

  private static long multiply(long count, long size) {
    long bytes = Math.multiplyHigh(count, size) == 0 ? count * size : -1;
    if (bytes < 0 || bytes > Integer.MAX_VALUE) {
      throw new Refusal(
          Reason.InvalidBtf,
          "the object's BTF has an array of %d × %d bytes".formatted(count, size));
    }
    return bytes;
  }

  static Refusal tooDeep(int id) {
    return new Refusal(
        Reason.InvalidBtf,
        "type %d of the object's BTF contains itself or is nested more than %d deep"
            .formatted(id, MAX_DEPTH));
  }
}
