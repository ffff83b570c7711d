package dev.skep.artifact.btf;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The types of a running kernel, or of one of its modules, in which a few names are looked up.
 *
 * <p>A kernel has 150,000 of them: they are read where they lie, and none is made an object of.
 */
public final class KernelTypes {
  /** Kinds of struct btf_type that are asked for. */
  public static final int STRUCT = 4;

  public static final int UNION = 5;
  public static final int ENUM = 6;

  /** A struct or union whose members are not told. */
  public static final int DECLARED = 7;

  public static final int TYPEDEF = 8;
  public static final int FUNCTION = 12;
  public static final int ENUM64 = 19;

  private static final int HEAD = 12;
  private static final int MEMBER = 12;

  private final KernelTypes base;
  private final ByteBuffer btf;
  private final int strings;
  private final int stringsLength;
  private final int firstId;
  private final int[] places;

  private KernelTypes(byte[] bytes, KernelTypes base) {
    this.base = base;
    this.btf = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    if (bytes.length < 24 || Short.toUnsignedInt(btf.getShort(0)) != 0xeb9f) {
      throw new Refusal(Reason.InvalidBtf, "the kernel's BTF does not begin with a header");
    }
    int header = btf.getInt(4);
    this.strings = header + btf.getInt(16);
    this.stringsLength = btf.getInt(20);
    this.firstId = base == null ? 1 : base.end();
    this.places = places(header + btf.getInt(8), header + btf.getInt(8) + btf.getInt(12));
  }

  /** Reads /sys/kernel/btf/vmlinux. */
  public static KernelTypes ofKernel(byte[] btf) {
    return new KernelTypes(btf, null);
  }

  /** Reads /sys/kernel/btf/MODULE, whose types go on where the kernel's end. */
  public KernelTypes module(byte[] btf) {
    return new KernelTypes(btf, this);
  }

  /** The ids of the types and functions of these names, in ascending order. */
  public Map<String, List<Integer>> ids(Collection<String> names) {
    Map<Integer, String> wanted = offsets(names);
    BitSet quick = new BitSet();
    wanted.keySet().forEach(quick::set);
    Map<String, List<Integer>> ids = new HashMap<>();
    for (int i = 0; i < places.length; i++) {
      int name = btf.getInt(places[i]);
      if (quick.get(name)) {
        ids.computeIfAbsent(wanted.get(name), n -> new ArrayList<>()).add(firstId + i);
      }
    }
    return ids;
  }

  /** The kind of a type. */
  public int kind(int id) {
    KernelTypes of = of(id);
    return of.btf.getInt(of.place(id) + 4) >>> 24 & 0x1f;
  }

  /** The type of a struct's or union's member, looked for in its anonymous ones too. */
  public OptionalInt member(int id, String name) {
    int composite = resolve(id);
    if (composite == 0 || (kind(composite) != STRUCT && kind(composite) != UNION)) {
      return OptionalInt.empty();
    }
    KernelTypes of = of(composite);
    int place = of.place(composite);
    int count = of.btf.getInt(place + 4) & 0xffff;
    for (int i = 0; i < count; i++) {
      int member = place + HEAD + i * MEMBER;
      String called = of.text(of.btf.getInt(member));
      int type = of.btf.getInt(member + 4);
      if (called.equals(name)) {
        return OptionalInt.of(type);
      }
      if (called.isEmpty()) {
        OptionalInt inside = member(type, name);
        if (inside.isPresent()) {
          return inside;
        }
      }
    }
    return OptionalInt.empty();
  }

  /** Whether an enumeration has a value of this name. */
  public boolean hasValue(int id, String name) {
    KernelTypes of = of(id);
    int place = of.place(id);
    int size = kind(id) == ENUM64 ? 12 : 8;
    int count = of.btf.getInt(place + 4) & 0xffff;
    for (int i = 0; i < count; i++) {
      if (of.text(of.btf.getInt(place + HEAD + i * size)).equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** The type behind typedefs, qualifiers and arrays; 0 where it is void. */
  private int resolve(int id) {
    int at = id;
    for (int depth = 0; depth < Btf.MAX_DEPTH && at != 0; depth++) {
      KernelTypes of = of(at);
      int place = of.place(at);
      switch (kind(at)) {
        case 3 -> at = of.btf.getInt(place + HEAD);
        case TYPEDEF, 9, 10, 11, 18 -> at = of.btf.getInt(place + 8);
        default -> {
          return at;
        }
      }
    }
    return 0;
  }

  /** Where in the strings the names are, which BTF has once each. */
  private Map<Integer, String> offsets(Collection<String> names) {
    Map<Integer, String> found =
        base == null ? new HashMap<>() : new HashMap<>(base.offsets(names));
    Map<Integer, String> byHash = new HashMap<>();
    names.forEach(name -> byHash.put(name.hashCode(), name));
    byte[] bytes = btf.array();
    int hash = 0;
    int start = strings;
    for (int i = strings; i < strings + stringsLength; i++) {
      if (bytes[i] != 0) {
        hash = 31 * hash + bytes[i];
        continue;
      }
      String name = i == start ? null : byHash.get(hash);
      if (name != null && name.equals(text(bytes, start, i))) {
        found.put(before() + start - strings, name);
      }
      hash = 0;
      start = i + 1;
    }
    return found;
  }

  private static String text(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
  }

  private String text(int offset) {
    if (base != null && offset < before()) {
      return base.text(offset);
    }
    byte[] bytes = btf.array();
    int start = strings + offset - before();
    int end = start;
    while (bytes[end] != 0) {
      end++;
    }
    return text(bytes, start, end);
  }

  /** Bytes of strings that come before ours. */
  private int before() {
    return base == null ? 0 : base.before() + base.stringsLength;
  }

  private int end() {
    return firstId + places.length;
  }

  private KernelTypes of(int id) {
    return base != null && id < firstId ? base.of(id) : this;
  }

  private int place(int id) {
    return places[id - firstId];
  }

  private int[] places(int start, int end) {
    int[] found = new int[(end - start) / HEAD];
    int count = 0;
    for (int at = start; at < end; ) {
      found[count++] = at;
      int info = btf.getInt(at + 4);
      int length = info & 0xffff;
      at +=
          HEAD
              + switch (info >>> 24 & 0x1f) {
                case 1, 14, 17 -> 4;
                case 3 -> 12;
                case STRUCT, UNION, 15, ENUM64 -> 12 * length;
                case ENUM, 13 -> 8 * length;
                default -> 0;
              };
    }
    return Arrays.copyOf(found, count);
  }
}
