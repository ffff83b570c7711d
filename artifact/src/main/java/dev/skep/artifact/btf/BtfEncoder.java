package dev.skep.artifact.btf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.BtfType.Array;
import dev.skep.artifact.btf.BtfType.Composite;
import dev.skep.artifact.btf.BtfType.Enumeration;
import dev.skep.artifact.btf.BtfType.Enumerator;
import dev.skep.artifact.btf.BtfType.FloatingPoint;
import dev.skep.artifact.btf.BtfType.Int;
import dev.skep.artifact.text.Names;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * JSON to the bytes of a type, as the kernel has them (little-endian). What the JSON leaves out of
 * a struct or array is 0, as in a C initialiser.
 */
public final class BtfEncoder {
  private final Btf btf;
  private final byte[] value;

  private BtfEncoder(Btf btf, byte[] value) {
    this.btf = btf;
    this.value = value;
  }

  /**
   * Encodes one value.
   *
   * @param path what the user calls the place of the value, e.g. globals.min_uid; messages begin so
   * @throws Refusal InvalidGlobal when the JSON does not fit the type
   */
  public static byte[] encode(Btf btf, int type, String path, JsonNode json) {
    BtfEncoder encoder = new BtfEncoder(btf, new byte[Math.toIntExact(btf.size(type))]);
    encoder.write(path, type, 0, 0, json, 0);
    return encoder.value;
  }

  private void write(String path, int type, long bitOffset, int width, JsonNode json, int depth) {
    if (depth > Btf.MAX_DEPTH) {
      throw Btf.tooDeep(type);
    }
    if (bitOffset / 8 + btf.size(type) > value.length) {
      throw new Refusal(Reason.InvalidBtf, path + ": ends beyond its variable in the object's BTF");
    }
    BtfType resolved = btf.resolve(type);
    Bits bits = Bits.of(resolved, btf.size(type), bitOffset, width);
    int at = (int) (bitOffset / 8);
    switch (resolved) {
      case Int number -> bits.write(value, at, integer(path, type, number, bits, json));
      case Enumeration names -> bits.write(value, at, enumerator(path, type, names, bits, json));
      case FloatingPoint number -> floating(path, type, number, at, json);
      case Array array when json.isTextual() && isText(array) ->
          text(path, type, array, at, json.textValue());
      case Array array -> list(path, type, array, bitOffset, json, depth);
      case Composite composite -> fields(path, type, composite, bitOffset, json, depth);
      default -> throw invalid(path, "a " + btf.describe(type) + " cannot be set");
    }
  }

  private long integer(String path, int type, Int number, Bits bits, JsonNode json) {
    if (number.bool()) {
      return bool(path, type, json);
    }
    if (number.text() && json.isTextual()) {
      byte[] character = json.textValue().getBytes(StandardCharsets.UTF_8);
      if (character.length == 1) {
        return character[0];
      }
    }
    return ranged(path, type, bits, json);
  }

  private long bool(String path, int type, JsonNode json) {
    if (json.isBoolean()) {
      return json.booleanValue() ? 1 : 0;
    }
    if (json.isIntegralNumber() && json.bigIntegerValue().bitLength() <= 1 && json.asInt() >= 0) {
      return json.asInt();
    }
    throw mismatch(path, type, json, "write true or false");
  }

  private long enumerator(String path, int type, Enumeration names, Bits bits, JsonNode json) {
    if (!json.isTextual()) {
      return ranged(path, type, bits, json);
    }
    return names.enumerators().stream()
        .filter(e -> e.name().equals(json.textValue()))
        .findFirst()
        .map(Enumerator::value)
        .orElseThrow(
            () ->
                invalid(
                    path,
                    "%s is not in %s; write %s"
                        .formatted(
                            json,
                            btf.describe(type),
                            Names.anyOf(
                                names.enumerators().stream().map(Enumerator::name).toList()))));
  }

  private long ranged(String path, int type, Bits bits, JsonNode json) {
    BigInteger number = integral(json);
    if (number == null) {
      throw mismatch(path, type, json, "write a number");
    }
    BigInteger low =
        bits.signed() ? BigInteger.TWO.pow(bits.width() - 1).negate() : BigInteger.ZERO;
    int magnitude = bits.signed() ? bits.width() - 1 : bits.width();
    BigInteger high = BigInteger.TWO.pow(magnitude).subtract(BigInteger.ONE);
    if (number.compareTo(low) < 0 || number.compareTo(high) > 0) {
      throw invalid(
          path, "%s does not fit %s (%s to %s)".formatted(json, btf.describe(type), low, high));
    }
    return number.longValue();
  }

  /** The number, when it is whole: 5 and 5.0 are, 5.5 and text are not. */
  private static BigInteger integral(JsonNode json) {
    if (json.isIntegralNumber()) {
      return json.bigIntegerValue();
    }
    // A double of 1e300 is no number of ours, and would take its time to become a BigInteger.
    boolean whole = json.isNumber() && Math.abs(json.doubleValue()) < 0x1p65;
    return whole && json.doubleValue() == Math.rint(json.doubleValue())
        ? json.decimalValue().toBigInteger()
        : null;
  }

  private void floating(String path, int type, FloatingPoint number, int at, JsonNode json) {
    if (!json.isNumber()) {
      throw mismatch(path, type, json, "write a number");
    }
    ByteBuffer buffer = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    switch (number.size()) {
      case 4 -> buffer.putFloat(at, json.floatValue());
      case 8 -> buffer.putDouble(at, json.doubleValue());
      default -> throw invalid(path, "a " + btf.describe(type) + " cannot be set");
    }
  }

  private boolean isText(Array array) {
    return btf.resolve(array.element()) instanceof Int element && element.text();
  }

  private void text(String path, int type, Array array, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= array.length()) {
      throw invalid(
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
      throw mismatch(path, type, json, isText(array) ? "write text" : "write a list");
    }
    if (json.size() > array.length()) {
      throw invalid(
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

  private void fields(
      String path, int type, Composite composite, long bitOffset, JsonNode json, int depth) {
    if (!json.isObject()) {
      throw mismatch(path, type, json, "write its fields");
    }
    if (composite.union() && json.size() > 1) {
      throw invalid(path, "%s is a union: set one of its fields".formatted(btf.describe(type)));
    }
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String name = entry.getKey();
      FieldPath.Found field =
          FieldPath.member(btf, type, name, bitOffset)
              .orElseThrow(
                  () ->
                      invalid(
                          path,
                          "%s has no field %s; it has %s"
                              .formatted(
                                  btf.describe(type), name, Names.list(btf.fieldNames(type)))));
      write(
          path + "." + name,
          field.member().type(),
          field.bitOffset(),
          field.member().bits(),
          entry.getValue(),
          depth + 1);
    }
  }

  private Refusal mismatch(String path, int type, JsonNode json, String advice) {
    String what =
        switch (json.getNodeType()) {
          case STRING -> "\"%s\" is text".formatted(Names.shorten(json.textValue()));
          case BOOLEAN -> json + " is a boolean";
          case NUMBER -> json + (json.isIntegralNumber() ? " is a number" : " is a fraction");
          case ARRAY -> "the value is a list";
          case OBJECT -> "the value is an object";
          default -> "the value is missing";
        };
    String name = path.substring(path.lastIndexOf('.') + 1);
    return invalid(
        path, "%s, but %s is a %s: %s".formatted(what, name, btf.describe(type), advice));
  }

  private static Refusal invalid(String path, String what) {
    return new Refusal(Reason.InvalidGlobal, path + ": " + what);
  }
}
