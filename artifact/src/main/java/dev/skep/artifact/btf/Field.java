package dev.skep.artifact.btf;

import dev.skep.artifact.btf.BtfType.Array;
import dev.skep.artifact.btf.BtfType.Enumeration;
import dev.skep.artifact.btf.BtfType.Enumerator;
import dev.skep.artifact.btf.BtfType.FloatingPoint;
import dev.skep.artifact.btf.BtfType.Int;
import dev.skep.artifact.btf.BtfType.Pointer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where one field lies in a key or value, looked up once and read many times: numbers of up to 64
 * bits are read without allocation. Bytes are the kernel's own, little-endian.
 */
public final class Field {
  /** What a field can be read as. */
  public enum Kind {
    /** An integer, bit field or bool; as text in decimal, a bool as true or false. */
    NUMBER,
    /** An enum; as text its enumerator's name, or the number when none has it. */
    ENUM,
    /** A float or double. */
    FLOAT,
    /** A char array, up to its first NUL. */
    TEXT,
    /** An address; as text in hexadecimal. */
    POINTER,
    /** A struct, union or another array: only its parts can be read. */
    COMPOSITE
  }

  private final String path;
  private final String type;
  private final Kind kind;
  private final int offset;
  private final int size;
  private final Bits bits;
  private final boolean bool;
  private final Map<Long, String> enumerators;

  private Field(
      String path,
      String type,
      Kind kind,
      int offset,
      int size,
      Bits bits,
      boolean bool,
      Map<Long, String> enumerators) {
    this.path = path;
    this.type = type;
    this.kind = kind;
    this.offset = offset;
    this.size = size;
    this.bits = bits;
    this.bool = bool;
    this.enumerators = enumerators;
  }

  /** Empty when the field lies beyond what any value can be. */
  static Optional<Field> of(Btf btf, String path, int type, long bitOffset, int bitWidth) {
    long size = btf.size(type);
    if (bitOffset / 8 + size > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    BtfType resolved = btf.resolve(type);
    Kind kind = kind(btf, resolved);
    Bits bits = Bits.of(btf, type, bitOffset, bitWidth);
    return Optional.of(
        new Field(
            path,
            btf.describe(type),
            kind,
            (int) (bitOffset / 8),
            bitWidth == 0 && bits.shift() == 0 ? (int) size : bits.bytes(),
            bits,
            resolved instanceof Int number && number.bool(),
            resolved instanceof Enumeration enumeration ? names(enumeration) : Map.of()));
  }

  private static Kind kind(Btf btf, BtfType type) {
    return switch (type) {
      case Int number -> Kind.NUMBER;
      case Enumeration enumeration -> Kind.ENUM;
      case FloatingPoint number when number.size() == 4 || number.size() == 8 -> Kind.FLOAT;
      case Pointer pointer -> Kind.POINTER;
      case Array array when btf.resolve(array.element()) instanceof Int i && i.text() -> Kind.TEXT;
      default -> Kind.COMPOSITE;
    };
  }

  private static Map<Long, String> names(Enumeration enumeration) {
    Map<Long, String> names = new HashMap<>();
    for (Enumerator enumerator : enumeration.enumerators()) {
      names.putIfAbsent(enumerator.value(), enumerator.name());
    }
    return names;
  }

  /** As it was asked for; empty for the whole value. */
  public String path() {
    return path;
  }

  /** How C writes its type. */
  public String type() {
    return type;
  }

  public Kind kind() {
    return kind;
  }

  /** Bytes from the value's start. */
  public int offset() {
    return offset;
  }

  /** Bytes that reading needs from {@link #offset}. */
  public int size() {
    return size;
  }

  /** Whether it can be a metric's value. */
  public boolean isNumeric() {
    return kind == Kind.NUMBER || kind == Kind.ENUM || kind == Kind.FLOAT;
  }

  /** Whether it can be a label. */
  public boolean isPrintable() {
    return kind != Kind.COMPOSITE;
  }

  /** Whether {@link #asLong} is to be read as unsigned, which matters from 2^63 on. */
  public boolean isUnsigned() {
    return !bits.signed();
  }

  /**
   * The number in the value that begins at {@code base}; a fraction is cut off, and what an
   * __int128 has above 64 bits.
   */
  public long asLong(byte[] value, int base) {
    return kind == Kind.FLOAT ? (long) asDouble(value, base) : bits.read(value, base + offset);
  }

  /** The number in the value that begins at {@code base}. */
  public double asDouble(byte[] value, int base) {
    if (kind == Kind.FLOAT) {
      long raw = bits.read(value, base + offset);
      return size == 4 ? Float.intBitsToFloat((int) raw) : Double.longBitsToDouble(raw);
    }
    if (bits.isWide()) {
      return bits.readWide(value, base + offset).doubleValue();
    }
    long number = asLong(value, base);
    // Halved with its last bit kept, so that rounding to a double stays right.
    return number >= 0 || bits.signed() ? number : ((number >>> 1) | (number & 1)) * 2.0;
  }

  /** The field as a label shows it; see {@link Kind}. */
  public String asText(byte[] value, int base) {
    return switch (kind) {
      case TEXT -> text(value, base + offset, size);
      case FLOAT -> Double.toString(asDouble(value, base));
      case POINTER -> "0x" + Long.toHexString(asLong(value, base));
      case NUMBER ->
          bits.isWide()
              ? bits.readWide(value, base + offset).toString()
              : number(asLong(value, base));
      case ENUM -> {
        long number = asLong(value, base);
        String name = enumerators.get(number);
        yield name != null ? name : number(number);
      }
      case COMPOSITE -> throw new IllegalStateException(type + " is no text");
    };
  }

  private String number(long number) {
    if (bool) {
      return number == 0 ? "false" : "true";
    }
    return bits.signed() ? Long.toString(number) : Long.toUnsignedString(number);
  }

  /** The field as {@link Btf#decode} gives it, for every kind but COMPOSITE. */
  Object decode(byte[] value, int base) {
    if (kind == Kind.FLOAT) {
      return asDouble(value, base);
    }
    if (kind != Kind.NUMBER) {
      return asText(value, base);
    }
    if (bits.isWide()) {
      return bits.readWide(value, base + offset);
    }
    long number = asLong(value, base);
    if (bool) {
      return number != 0;
    }
    return number >= 0 || bits.signed()
        ? (Object) number
        : new BigInteger(Long.toUnsignedString(number));
  }

  private static String text(byte[] value, int from, int size) {
    int to = from;
    while (to < from + size && value[to] != 0) {
      to++;
    }
    return new String(value, from, to - from, StandardCharsets.UTF_8);
  }
}
