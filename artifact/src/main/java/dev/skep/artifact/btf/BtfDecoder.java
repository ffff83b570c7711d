package dev.skep.artifact.btf;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.BtfType.Array;
import dev.skep.artifact.btf.BtfType.Composite;
import dev.skep.artifact.btf.BtfType.Member;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One value to a tree of Java values. */
final class BtfDecoder {
  private final Btf btf;
  private final byte[] value;

  /**
   * Nodes this value may become. Each of a real one has a byte of its own, or shares it in a union;
   * structs of no size inside each other would else grow without end.
   */
  private long budget;

  BtfDecoder(Btf btf, byte[] value) {
    this.btf = btf;
    this.value = value;
    this.budget = 16L * value.length + 1024;
  }

  Object decode(int type) {
    return decode(type, 0, 0, 0);
  }

  private Object decode(int type, long bitOffset, int bits, int depth) {
    if (depth > Btf.MAX_DEPTH || --budget < 0) {
      throw Btf.tooDeep(type);
    }
    Field field = Field.of(btf, "", type, bitOffset, bits).orElseThrow(() -> Btf.tooDeep(type));
    if ((long) field.offset() + field.size() > value.length) {
      throw new Refusal(
          Reason.InvalidBtf,
          "a value of %d bytes ends before its %s at %d"
              .formatted(value.length, field.type(), field.offset()));
    }
    if (btf.isIpv4(type)) {
      return address(field.offset(), 4);
    }
    if (field.isPrintable()) {
      return field.decode(value, 0);
    }
    return switch (btf.resolve(type)) {
      case Composite address when isAddress(address) -> address(field.offset(), address.size());
      case Composite key when isNetwork(key, field.offset()) -> network(key, field.offset());
      case Composite composite -> composite(composite, bitOffset, depth);
      case Array array -> array(array, bitOffset, depth);
      default -> null;
    };
  }

  private static boolean isAddress(Composite type) {
    return type.name().equals("in_addr") && type.size() == 4
        || type.name().equals("in6_addr") && type.size() == 16;
  }

  private String address(int from, int size) {
    return AddressText.of(Arrays.copyOfRange(value, from, from + size));
  }

  /** A prefix longer than the address is none that could be written so: its fields say more. */
  private boolean isNetwork(Composite type, int from) {
    return AddressEncoder.isNetwork(btf, type)
        && Integer.compareUnsigned(prefix(from), (type.size() - 4) * Byte.SIZE) <= 0;
  }

  /** As entries are written: 10.0.0.0/8. */
  private String network(Composite key, int from) {
    return address(from + 4, key.size() - 4) + "/" + prefix(from);
  }

  private int prefix(int from) {
    return ByteBuffer.wrap(value, from, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private Map<String, Object> composite(Composite composite, long bitOffset, int depth) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Member member : composite.members()) {
      Object decoded =
          decode(
              member.type(),
              bitOffset + Integer.toUnsignedLong(member.bitOffset()),
              member.bits(),
              depth + 1);
      if (!member.name().isEmpty()) {
        fields.put(member.name(), decoded);
      } else if (decoded instanceof Map<?, ?> anonymous) {
        anonymous.forEach((name, inner) -> fields.put((String) name, inner));
      }
    }
    return fields;
  }

  private List<Object> array(Array array, long bitOffset, int depth) {
    long stride = btf.size(array.element()) * 8;
    List<Object> elements = new ArrayList<>();
    for (long i = 0; i < array.length(); i++) {
      elements.add(decode(array.element(), bitOffset + i * stride, 0, depth + 1));
    }
    return elements;
  }
}
