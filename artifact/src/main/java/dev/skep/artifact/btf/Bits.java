package dev.skep.artifact.btf;

import dev.skep.artifact.btf.BtfType.Enumeration;
import dev.skep.artifact.btf.BtfType.Int;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * A number of up to 128 bits among bytes: at some bit of its first byte, so wide, signed or not.
 *
 * @param network whether its first byte is the highest, as in packets (__be16, __be32, __be64)
 */
record Bits(int shift, int width, boolean signed, boolean network) {
  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle SHORT = view(short[].class);

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  Bits(int shift, int width, boolean signed) {
    this(shift, width, signed, false);
  }

  /** Of a type of the object, that network order included that its name says. */
  static Bits of(Btf btf, int type, long bitOffset, int bitWidth) {
    Bits bits = of(btf.resolve(type), btf.size(type), bitOffset, bitWidth);
    return bitWidth == 0 && btf.isNetworkOrder(type)
        ? new Bits(bits.shift(), bits.width(), bits.signed(), true)
        : bits;
  }

  private static Bits of(BtfType type, long size, long bitOffset, int bitWidth) {
    int natural =
        type instanceof Int number ? number.bits() : (int) Math.min(64, Math.max(0, size * 8));
    boolean signed =
        switch (type) {
          case Int number -> number.signed();
          case Enumeration enumeration -> enumeration.signed();
          default -> false;
        };
    int widest = size > 8 && type instanceof Int ? 128 : 64;
    int width = Math.min(widest, bitWidth == 0 ? natural : bitWidth);
    return new Bits((int) (bitOffset % 8), width, signed);
  }

  /** Bytes it touches. */
  int bytes() {
    return (shift + width + 7) / 8;
  }

  /** Whether a long cannot hold it, as with __int128. */
  boolean isWide() {
    return width > 64;
  }

  BigInteger readWide(byte[] value, int at) {
    byte[] bytes = new byte[bytes()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = value[at + bytes.length - 1 - i];
    }
    BigInteger above = BigInteger.ONE.shiftLeft(width);
    BigInteger number = new BigInteger(1, bytes).shiftRight(shift).mod(above);
    return signed && number.testBit(width - 1) ? number.subtract(above) : number;
  }

  /** The number; of one that is wide, the lowest 64 bits. */
  long read(byte[] value, int at) {
    if (isWide()) {
      return readWide(value, at).longValue();
    }
    return network
        ? Long.reverseBytes(readBits(value, at)) >>> (64 - width)
        : readNative(value, at);
  }

  private long readNative(byte[] value, int at) {
    if (shift == 0) {
      switch (width) {
        case 64 -> {
          return (long) LONG.get(value, at);
        }
        case 32 -> {
          int number = (int) INT.get(value, at);
          return signed ? number : Integer.toUnsignedLong(number);
        }
        case 16 -> {
          short number = (short) SHORT.get(value, at);
          return signed ? number : Short.toUnsignedLong(number);
        }
        case 8 -> {
          return signed ? value[at] : Byte.toUnsignedLong(value[at]);
        }
        default -> {}
      }
    }
    return readBits(value, at);
  }

  private long readBits(byte[] value, int at) {
    if (width == 0) {
      return 0;
    }
    long number = 0;
    for (int i = 0; i < bytes(); i++) {
      long part = Byte.toUnsignedLong(value[at + i]);
      int place = i * 8 - shift;
      number |= place >= 0 ? part << place : part >>> -place;
    }
    int spare = 64 - width;
    return signed ? number << spare >> spare : number << spare >>> spare;
  }

  /** Writes the number's lowest bits, and leaves the bits around them as they are. */
  void write(byte[] value, int at, long given) {
    long number = network ? Long.reverseBytes(given << (64 - width)) : given;
    for (int bit = 0; bit < width; bit++) {
      int place = shift + bit;
      int mask = 1 << (place % 8);
      int index = at + place / 8;
      boolean set = (number >>> bit & 1) != 0;
      value[index] = (byte) (set ? value[index] | mask : value[index] & ~mask);
    }
  }
}
