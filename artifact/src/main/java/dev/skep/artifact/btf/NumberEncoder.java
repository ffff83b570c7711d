package dev.skep.artifact.btf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.artifact.btf.BtfType.Enumeration;
import dev.skep.artifact.btf.BtfType.Enumerator;
import dev.skep.artifact.btf.BtfType.Int;
import dev.skep.artifact.text.Names;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** JSON to the number that an integer, a bool or an enumeration holds. */
record NumberEncoder(Btf btf, EncodeErrors errors) {
  /**
   * Text too: fields of a YAML object and labels of a node are, whatever they look like; and JSON
   * has no hexadecimal.
   */
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,20}");

  private static final Pattern BOOLEAN = Pattern.compile("true|false");

  private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9A-Fa-f]{1,16}");

  long integer(String path, int type, Int number, Bits bits, JsonNode json) {
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
    if (json.isTextual() && BOOLEAN.matcher(json.textValue()).matches()) {
      return Boolean.parseBoolean(json.textValue()) ? 1 : 0;
    }
    throw errors.mismatch(path, type, json, "write true or false");
  }

  long enumerator(String path, int type, Enumeration names, Bits bits, JsonNode json) {
    if (integral(json) != null || !json.isTextual()) {
      return ranged(path, type, bits, json);
    }
    return names.enumerators().stream()
        .filter(e -> e.name().equals(json.textValue()))
        .findFirst()
        .map(Enumerator::value)
        .orElseThrow(
            () ->
                errors.invalid(
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
      throw errors.mismatch(path, type, json, "write a number");
    }
    BigInteger low =
        bits.signed() ? BigInteger.TWO.pow(bits.width() - 1).negate() : BigInteger.ZERO;
    int magnitude = bits.signed() ? bits.width() - 1 : bits.width();
    BigInteger high = BigInteger.TWO.pow(magnitude).subtract(BigInteger.ONE);
    if (number.compareTo(low) < 0 || number.compareTo(high) > 0) {
      throw errors.invalid(
          path, "%s does not fit %s (%s to %s)".formatted(json, btf.describe(type), low, high));
    }
    return number.longValue();
  }

  /** The number, when it is whole: 5, 5.0, "5" and "0x5" are, 5.5 and other text are not. */
  private static BigInteger integral(JsonNode json) {
    if (json.isIntegralNumber()) {
      return json.bigIntegerValue();
    }
    if (json.isTextual()) {
      String text = json.textValue();
      return DECIMAL.matcher(text).matches()
          ? new BigInteger(text)
          : HEXADECIMAL.matcher(text).matches() ? new BigInteger(text.substring(2), 16) : null;
    }
    // A double of 1e300 is no number of ours, and would take its time to become a BigInteger.
    boolean whole = json.isNumber() && Math.abs(json.doubleValue()) < 0x1p65;
    return whole && json.doubleValue() == Math.rint(json.doubleValue())
        ? json.decimalValue().toBigInteger()
        : null;
  }
}
