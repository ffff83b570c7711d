package dev.skep.artifact.btf;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Network addresses as people write them, to bytes in network order. Never asks a name server: what
 * is no address is empty.
 */
final class AddressText {
  private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,2}");
  private static final Pattern GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");
  private static final Pattern MAC =
      Pattern.compile("[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){5}");

  private AddressText() {}

  /** Four parts from 0 to 255, none with a leading zero, which some read as octal. */
  static Optional<byte[]> ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    byte[] bytes = new byte[4];
    if (parts.length != bytes.length) {
      return Optional.empty();
    }
    for (int i = 0; i < parts.length; i++) {
      if (!DECIMAL.matcher(parts[i]).matches() || Integer.parseInt(parts[i]) > 255) {
        return Optional.empty();
      }
      bytes[i] = (byte) Integer.parseInt(parts[i]);
    }
    return Optional.of(bytes);
  }

  /** Eight groups, of which :: stands for those that are zero; the last two may be an IPv4. */
  static Optional<byte[]> ipv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text).filter(bytes -> bytes.length == 16);
    }
    Optional<byte[]> head = groups(text.substring(0, gap));
    Optional<byte[]> tail = groups(text.substring(gap + 2));
    if (head.isEmpty() || tail.isEmpty() || head.get().length + tail.get().length > 14) {
      return Optional.empty();
    }
    byte[] bytes = Arrays.copyOf(head.get(), 16);
    System.arraycopy(tail.get(), 0, bytes, bytes.length - tail.get().length, tail.get().length);
    return Optional.of(bytes);
  }

  private static Optional<byte[]> groups(String text) {
    if (text.isEmpty()) {
      return Optional.of(new byte[0]);
    }
    String[] parts = text.split(":", -1);
    byte[] bytes = new byte[0];
    for (int i = 0; i < parts.length; i++) {
      Optional<byte[]> part =
          i == parts.length - 1 && parts[i].indexOf('.') >= 0 ? ipv4(parts[i]) : group(parts[i]);
      if (part.isEmpty() || parts.length > 8) {
        return Optional.empty();
      }
      int at = bytes.length;
      bytes = Arrays.copyOf(bytes, at + part.get().length);
      System.arraycopy(part.get(), 0, bytes, at, part.get().length);
    }
    return Optional.of(bytes);
  }

  private static Optional<byte[]> group(String text) {
    if (!GROUP.matcher(text).matches()) {
      return Optional.empty();
    }
    int number = Integer.parseInt(text, 16);
    return Optional.of(new byte[] {(byte) (number >> 8), (byte) number});
  }

  /** Four or sixteen bytes as the other methods take them, the longest run of zero groups as ::. */
  static String of(byte[] address) {
    StringBuilder text = new StringBuilder();
    if (address.length == 4) {
      for (byte part : address) {
        text.append(text.isEmpty() ? "" : ".").append(Byte.toUnsignedInt(part));
      }
      return text.toString();
    }
    int[] gap = longestZeros(address);
    for (int i = 0; i < 8; i++) {
      if (i == gap[0] && gap[1] > 1) {
        text.append("::");
        i += gap[1] - 1;
        continue;
      }
      text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
          .append(Integer.toHexString(group(address, i)));
    }
    return text.toString();
  }

  /** Where the first of the longest runs begins, and how long it is. */
  private static int[] longestZeros(byte[] address) {
    int[] longest = {0, 0};
    for (int from = 0; from < 8; from++) {
      int length = 0;
      while (from + length < 8 && group(address, from + length) == 0) {
        length++;
      }
      if (length > longest[1]) {
        longest = new int[] {from, length};
      }
    }
    return longest;
  }

  private static int group(byte[] address, int i) {
    return Byte.toUnsignedInt(address[2 * i]) << 8 | Byte.toUnsignedInt(address[2 * i + 1]);
  }

  /** Six bytes in hexadecimal between colons or dashes. */
  static Optional<byte[]> mac(String text) {
    return MAC.matcher(text).matches()
        ? Optional.of(HexFormat.of().parseHex(text.replaceAll("[:-]", "")))
        : Optional.empty();
  }
}
