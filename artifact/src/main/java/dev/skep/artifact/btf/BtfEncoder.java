package dev.skep.artifact.btf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.BtfType.Array;
import dev.skep.artifact.btf.BtfType.Composite;
import dev.skep.artifact.btf.BtfType.Enumeration;
import dev.skep.artifact.btf.BtfType.FloatingPoint;
import dev.skep.artifact.btf.BtfType.Int;
import dev.skep.artifact.text.Names;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * JSON to the bytes of a type, as the kernel has them (little-endian, but for __be16 and its like).
 * What the JSON leaves out of a struct or array is 0, as in a C initialiser.
 */
public final class BtfEncoder {
  /**
   * The largest value that is set, bytes: what an object says of its types costs it nothing, and
   * the kernel's hash maps take entries below this (KMALLOC_MAX_SIZE).
   */
  public static final int MAX_SIZE = 4 << 20;

  private final Btf btf;
  private final byte[] value;
  private final EncodeErrors errors;
  private final NumberEncoder numbers;
  private final AddressEncoder addresses;

  private BtfEncoder(Btf btf, int size, Reason reason) {
    this.btf = btf;
    this.value = new byte[size];
    this.errors = new EncodeErrors(btf, reason);
    this.numbers = new NumberEncoder(btf, errors);
    this.addresses = new AddressEncoder(btf, errors);
  }

  /**
   * Encodes one value.
   *
   * @param path what the user calls the place of the value, e.g. globals.min_uid; messages begin so
   * @param json null stands for a value that was left out
   * @throws Refusal with the reason given when the JSON does not fit the type
   */
  public static byte[] encode(Btf btf, int type, String path, JsonNode json, Reason reason) {
    long size = btf.size(type);
    if (size > MAX_SIZE) {
      throw new Refusal(
          reason,
          "%s: a %s is %d bytes; a value of %d at most can be set"
              .formatted(path, btf.describe(type), size, MAX_SIZE));
    }
    BtfEncoder encoder = new BtfEncoder(btf, (int) size, reason);
    encoder.write(path, type, 0, 0, json == null ? NullNode.getInstance() : json, 0);
    return encoder.value;
  }

  /**
   * Encodes a value of which only the size is known: {@code "hex:"} and its bytes.
   *
   * @throws Refusal with the reason given
   */
  public static byte[] bytes(int size, String path, JsonNode json, Reason reason) {
    EncodeErrors errors = new EncodeErrors(null, reason);
    if (json == null || !json.isTextual() || !json.textValue().startsWith("hex:")) {
      throw errors.invalid(
          path,
          "the object tells no type, only that it is %d bytes: write \"hex:%s\", or define the map"
                  .formatted(size, "00".repeat(Math.min(size, 8)))
              + " with __type(key, …) and __type(value, …)");
    }
    return new AddressEncoder(null, errors)
        .bytes(path, size, json.textValue().substring(4), "the map's");
  }

  private void write(String path, int type, long bitOffset, int width, JsonNode json, int depth) {
    if (depth > Btf.MAX_DEPTH) {
      throw Btf.tooDeep(type);
    }
    if (bitOffset / 8 + btf.size(type) > value.length) {
      throw new Refusal(Reason.InvalidBtf, path + ": ends beyond its variable in the object's BTF");
    }
    BtfType resolved = btf.resolve(type);
    Bits bits = Bits.of(btf, type, bitOffset, width);
    int at = (int) (bitOffset / 8);
    Optional<byte[]> address =
        json.isTextual() && !isText(resolved) && bits.shift() == 0 && width == 0
            ? addresses.encode(path, type, json)
            : Optional.empty();
    if (address.isPresent()) {
      System.arraycopy(address.get(), 0, value, at, address.get().length);
      return;
    }
    switch (resolved) {
      case Int number when bits.isWide() ->
          throw errors.invalid(
              path,
              "a %s has more than 64 bits: write \"hex:…\", its %d bytes with the lowest first"
                  .formatted(btf.describe(type), number.size()));
      case Int number -> bits.write(value, at, numbers.integer(path, type, number, bits, json));
      case Enumeration names ->
          bits.write(value, at, numbers.enumerator(path, type, names, bits, json));
      case FloatingPoint number -> floating(path, type, number, at, json);
      case Array array when json.isTextual() && isText(array) ->
          text(path, type, array, at, json.textValue());
      case Array array -> list(path, type, array, bitOffset, json, depth);
      case Composite _ -> fields(path, type, bitOffset, json, depth);
      default -> throw errors.invalid(path, "a " + btf.describe(type) + " cannot be set");
    }
  }

  private void floating(String path, int type, FloatingPoint number, int at, JsonNode json) {
    if (!json.isNumber()) {
      throw errors.mismatch(path, type, json, "write a number");
    }
    ByteBuffer buffer = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    switch (number.size()) {
      case 4 -> buffer.putFloat(at, json.floatValue());
      case 8 -> buffer.putDouble(at, json.doubleValue());
      default -> throw errors.invalid(path, "a " + btf.describe(type) + " cannot be set");
    }
  }

  /** C's char, and arrays of it: text is text there. */
  private boolean isText(BtfType type) {
    return switch (type) {
      case Int number -> number.text();
      case Array array -> btf.resolve(array.element()) instanceof Int element && element.text();
      default -> false;
    };
  }

  private void text(String path, int type, Array array, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= array.length()) {
      throw errors.invalid(
          path,
          "\"%s\" is %d bytes; %s has room for %d and the closing NUL"
              .formatted(
                  Names.shorten(text),
                  bytes.length,
                  btf.describe(type),
                  Math.max(0, array.length() - 1)));
    }
    System.arraycopy(bytes, 0, value, at, bytes.length);
  }

  private void list(String path, int type, Array array, long bitOffset, JsonNode json, int depth) {
    if (!json.isArray()) {
      throw errors.mismatch(path, type, json, isText(array) ? "write text" : "write a list");
    }
    if (json.size() > array.length()) {
      throw errors.invalid(
          path,
          "the list has %d elements; %s has room for %d"
              .formatted(json.size(), btf.describe(type), array.length()));
    }
    long stride = btf.size(array.element()) * 8;
    for (int i = 0; i < json.size(); i++) {
      String element = "%s[%d]".formatted(path, i);
      write(element, array.element(), bitOffset + i * stride, 0, json.get(i), depth + 1);
    }
  }

  private void fields(String path, int type, long bitOffset, JsonNode json, int depth) {
    if (!json.isObject()) {
      throw errors.mismatch(path, type, json, "write its fields");
    }
    SharedBits set = new SharedBits();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String name = entry.getKey();
      FieldPath.Found field =
          FieldPath.member(btf, type, name, bitOffset)
              .orElseThrow(
                  () ->
                      errors.invalid(
                          path,
                          "%s has no field %s; it has %s"
                              .formatted(
                                  btf.describe(type), name, Names.list(btf.fieldNames(type)))));
      set.add(btf, name, field)
          .ifPresent(
              other -> {
                throw errors.invalid(
                    path,
                    "%s and %s share their bytes in a union of %s: set one of them"
                        .formatted(other, name, btf.describe(type)));
              });
      write(
          path + "." + name,
          field.member().type(),
          field.bitOffset(),
          field.member().bits(),
          entry.getValue(),
          depth + 1);
    }
  }
}
