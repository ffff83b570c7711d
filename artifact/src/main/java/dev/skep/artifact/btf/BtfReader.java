package dev.skep.artifact.btf;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.BtfType.Alias;
import dev.skep.artifact.btf.BtfType.Array;
import dev.skep.artifact.btf.BtfType.Composite;
import dev.skep.artifact.btf.BtfType.DataSection;
import dev.skep.artifact.btf.BtfType.DeclarationTag;
import dev.skep.artifact.btf.BtfType.Enumeration;
import dev.skep.artifact.btf.BtfType.Enumerator;
import dev.skep.artifact.btf.BtfType.FloatingPoint;
import dev.skep.artifact.btf.BtfType.Forward;
import dev.skep.artifact.btf.BtfType.Function;
import dev.skep.artifact.btf.BtfType.Int;
import dev.skep.artifact.btf.BtfType.Member;
import dev.skep.artifact.btf.BtfType.Placed;
import dev.skep.artifact.btf.BtfType.Pointer;
import dev.skep.artifact.btf.BtfType.Prototype;
import dev.skep.artifact.btf.BtfType.Variable;
import dev.skep.artifact.elf.StringTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads struct btf_header and the struct btf_type that follow it. */
final class BtfReader {
  /** A vmlinux has 150,000 types; an object those that its program names. */
  private static final int MAX_TYPES = 1 << 17;

  /** Members, enumerators and variables of all types together. */
  private static final int MAX_MEMBERS = 1 << 19;

  private final ByteBuffer btf;
  private StringTable strings;
  private int at;
  private int end;
  private int members;
  private int highestReference;

  BtfReader(byte[] section) {
    this.btf = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
  }

  List<BtfType> read() {
    header();
    List<BtfType> types = new ArrayList<>();
    types.add(new BtfType.Void());
    while (at < end) {
      if (types.size() > MAX_TYPES) {
        throw new Refusal(
            Reason.TooLarge, "the object's BTF has more than %d types".formatted(MAX_TYPES));
      }
      types.add(type(types.size()));
    }
    if (highestReference >= types.size()) {
      throw invalid(
          "names type %d, but has %d types".formatted(highestReference, types.size() - 1));
    }
    return types;
  }

  private void header() {
    if (btf.capacity() < 24 || Short.toUnsignedInt(btf.getShort(0)) != 0xeb9f || btf.get(2) != 1) {
      throw invalid("does not begin with a version 1 header");
    }
    long header = unsigned(4);
    long types = header + unsigned(8);
    long typesEnd = types + unsigned(12);
    long names = header + unsigned(16);
    long namesSize = unsigned(20);
    if (header < 24 || typesEnd > btf.capacity() || names + namesSize > btf.capacity()) {
      throw invalid(
          "is cut: its types end at %d and its names at %d, but it is %d bytes"
              .formatted(typesEnd, names + namesSize, btf.capacity()));
    }
    strings = new StringTable(btf.array(), (int) names, (int) namesSize);
    at = (int) types;
    end = (int) typesEnd;
  }

  private BtfType type(int id) {
    int head = take(12);
    int info = btf.getInt(head + 4);
    int kind = (info >>> 24) & 0x1f;
    int length = info & 0xffff;
    boolean flag = info < 0;
    String name = name(unsigned(head));
    int size = btf.getInt(head + 8);
    return switch (kind) {
      case 1 -> integer(name, size(name, size));
      case 2 -> new Pointer(reference(size));
      case 3 -> {
        int array = take(12);
        yield new Array(reference(btf.getInt(array)), unsigned(array + 8));
      }
      case 4, 5 -> new Composite(name, kind == 5, size(name, size), members(length, flag));
      case 6 -> new Enumeration(name, size(name, size), flag, enumerators(length, flag));
      case 7 -> new Forward(name);
      case 8, 9, 10, 11, 18 -> new Alias(kind == 8 ? name : "", reference(size));
      case 12 -> new Function(name, reference(size), length);
      case 13 -> {
        take(8 * length);
        yield new Prototype(reference(size));
      }
      case 14 -> new Variable(name, reference(size), btf.getInt(take(4)));
      case 15 -> new DataSection(name, size(name, size), variables(length));
      case 16 -> new FloatingPoint(name, size(name, size));
      case 17 -> {
        take(4);
        yield new DeclarationTag(name, reference(size));
      }
      case 19 -> new Enumeration(name, size(name, size), flag, wideEnumerators(length));
      default -> throw invalid("has type %d of kind %d, which is not known".formatted(id, kind));
    };
  }

  private Int integer(String name, int size) {
    int encoding = btf.getInt(take(4));
    int bits = encoding & 0xff;
    int flags = (encoding >>> 24) & 0xf;
    if (size < 1 || size > 16 || bits > size * 8) {
      throw invalid("has an integer %s of %d bytes and %d bits".formatted(name, size, bits));
    }
    // clang marks char as signed only, so that its name has to tell it from a number.
    boolean text = size == 1 && ((flags & 2) != 0 || name.equals("char"));
    return new Int(name, size, bits, (flags & 1) != 0, (flags & 4) != 0, text);
  }

  private List<Member> members(int length, boolean bitFields) {
    List<Member> list = list(length);
    for (int i = 0; i < length; i++) {
      int member = take(12);
      int offset = btf.getInt(member + 8);
      list.add(
          new Member(
              name(unsigned(member)),
              reference(btf.getInt(member + 4)),
              bitFields ? offset & 0xffffff : offset,
              bitFields ? offset >>> 24 : 0));
    }
    return List.copyOf(list);
  }

  private List<Enumerator> enumerators(int length, boolean signed) {
    List<Enumerator> list = list(length);
    for (int i = 0; i < length; i++) {
      int entry = take(8);
      int value = btf.getInt(entry + 4);
      list.add(
          new Enumerator(name(unsigned(entry)), signed ? value : Integer.toUnsignedLong(value)));
    }
    return List.copyOf(list);
  }

  private List<Enumerator> wideEnumerators(int length) {
    List<Enumerator> list = list(length);
    for (int i = 0; i < length; i++) {
      int entry = take(12);
      list.add(
          new Enumerator(name(unsigned(entry)), unsigned(entry + 4) | (unsigned(entry + 8) << 32)));
    }
    return List.copyOf(list);
  }

  private List<Placed> variables(int length) {
    List<Placed> list = list(length);
    for (int i = 0; i < length; i++) {
      int entry = take(12);
      list.add(new Placed(reference(btf.getInt(entry)), unsigned(entry + 4), unsigned(entry + 8)));
    }
    return List.copyOf(list);
  }

  /** An empty list for so many entries, which count against the limit of all. */
  private <T> List<T> list(int length) {
    members += length;
    if (members > MAX_MEMBERS) {
      throw new Refusal(
          Reason.TooLarge, "the object's BTF has more than %d members".formatted(MAX_MEMBERS));
    }
    // At least 8 bytes of the section stand for each, so that a lie about the length costs nothing.
    return new ArrayList<>(Math.min(length, (end - at) / 8));
  }

  private int take(int bytes) {
    if (bytes > end - at) {
      throw invalid("is cut in the middle of a type");
    }
    int start = at;
    at += bytes;
    return start;
  }

  private int reference(int type) {
    if (type < 0 || type > MAX_TYPES) {
      throw invalid("names type %s".formatted(Integer.toUnsignedString(type)));
    }
    highestReference = Math.max(highestReference, type);
    return type;
  }

  private int size(String name, int size) {
    if (size < 0) {
      throw invalid("says %s is %s bytes".formatted(name, Integer.toUnsignedString(size)));
    }
    return size;
  }

  private String name(long offset) {
    return strings
        .at(offset)
        .orElseThrow(() -> invalid("has no name at %d of its names".formatted(offset)));
  }

  private long unsigned(int offset) {
    return Integer.toUnsignedLong(btf.getInt(offset));
  }

  private static Refusal invalid(String what) {
    return new Refusal(
        Reason.InvalidBtf,
        "the object's .BTF section " + what + "; compile it again with clang -g");
  }
}
