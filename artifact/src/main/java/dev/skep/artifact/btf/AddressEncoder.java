package dev.skep.artifact.btf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.artifact.btf.BtfType.Array;
import dev.skep.artifact.btf.BtfType.Composite;
import dev.skep.artifact.btf.BtfType.Int;
import dev.skep.artifact.btf.BtfType.Member;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Text that stands for the bytes of an address or network, in the types that C programs keep them
 * in: __u32, __be32, __u8[4], struct in_addr; __u8[16], __u32[4], struct in6_addr; __u8[6]; and for
 * networks a struct of a prefix length and one of these, as keys of LPM tries are.
 */
record AddressEncoder(Btf btf, EncodeErrors errors) {
  private static final String BYTES = "hex:";

  /** The bytes, in network order; empty when the text is of another kind than these. */
  Optional<byte[]> encode(String path, int type, JsonNode json) {
    String text = json.textValue();
    int size = (int) btf.size(type);
    if (text.startsWith(BYTES)) {
      return Optional.of(bytes(path, size, text.substring(BYTES.length()), btf.describe(type)));
    }
    return switch (btf.resolve(type)) {
      case Int _ when text.indexOf('.') < 0 -> Optional.empty();
      case Composite key when text.indexOf('/') >= 0 && beginsWithLength(btf, key) ->
          Optional.of(network(path, size - 4, json));
      case BtfType _ when isAddress(btf, type) -> Optional.of(address(path, size, json));
      default -> Optional.empty();
    };
  }

  private static boolean isAddress(Btf btf, int type) {
    long size = btf.size(type);
    return switch (btf.resolve(type)) {
      case Int number -> size == 4 && !number.bool();
      case Array array -> {
        long element = btf.size(array.element());
        yield (size == 4 || size == 6) && element == 1 || size == 16 && element < 8;
      }
      case Composite _ -> size == 4 || size == 6 || size == 16;
      default -> false;
    };
  }

  /** Bytes as hexadecimal digits, exactly as many as there are to set. */
  byte[] bytes(String path, int size, String digits, String what) {
    byte[] bytes;
    try {
      bytes = HexFormat.of().parseHex(digits);
    } catch (IllegalArgumentException e) {
      throw errors.invalid(path, "after hex: stand two hexadecimal digits for each byte");
    }
    if (bytes.length != size) {
      throw errors.invalid(
          path, "hex: has %d bytes; %s has %d".formatted(bytes.length, what, size));
    }
    return bytes;
  }

  private byte[] address(String path, int size, JsonNode json) {
    String text = json.textValue();
    return switch (size) {
      case 4 ->
          AddressText.ipv4(text).orElseThrow(() -> errors.noAddress(path, json, "an IPv4 address"));
      case 6 ->
          AddressText.mac(text)
              .orElseThrow(
                  () -> errors.noAddress(path, json, "a MAC address, e.g. 02:00:00:00:00:01"));
      default ->
          AddressText.ipv6(text)
              .orElseThrow(
                  () ->
                      errors.noAddress(
                          path,
                          json,
                          AddressText.ipv4(text).isEmpty()
                              ? "an IPv6 address"
                              : "an IPv6 address; perhaps ::ffff:" + text + " is meant"));
    };
  }

  /**
   * Whether a struct begins with a prefix length and has room for one address. Where text has a /
   * that is enough: whoever wrote it means a network, however the fields behind are cut.
   */
  private static boolean beginsWithLength(Btf btf, Composite key) {
    if (key.union() || key.members().isEmpty() || (key.size() != 8 && key.size() != 20)) {
      return false;
    }
    Member first = key.members().getFirst();
    return (first.name().startsWith("prefix") || isTrieKey(btf, first))
        && first.bitOffset() == 0
        && btf.size(first.type()) == 4;
  }

  private static boolean isTrieKey(Btf btf, Member member) {
    return btf.resolve(member.type()) instanceof Composite header
        && header.name().startsWith("bpf_lpm_trie_key");
  }

  /** Whether bytes can be shown as a network: they are a prefix length and one address. */
  static boolean isNetwork(Btf btf, Composite key) {
    if (!beginsWithLength(btf, key) || key.members().size() != 2) {
      return false;
    }
    Member first = key.members().getFirst();
    Member address = key.members().getLast();
    return (first.name().equals("prefixlen") || isTrieKey(btf, first))
        && address.bitOffset() == 32
        && btf.size(address.type()) == key.size() - 4
        && isAddress(btf, address.type())
        && !hasParts(btf.resolve(address.type()));
  }

  /** Whether it is more than one thing under several names. */
  private static boolean hasParts(BtfType type) {
    return type instanceof Composite composite
        && composite.members().stream().anyMatch(member -> member.bitOffset() != 0);
  }

  private byte[] network(String path, int size, JsonNode json) {
    String text = json.textValue();
    int slash = text.indexOf('/');
    String kind = size == 4 ? "an IPv4 network, e.g. 10.0.0.0/8" : "an IPv6 network, e.g. fd00::/8";
    byte[] address =
        (size == 4
                ? AddressText.ipv4(text.substring(0, slash))
                : AddressText.ipv6(text.substring(0, slash)))
            .orElseThrow(() -> errors.noAddress(path, json, kind));
    String length = text.substring(slash + 1);
    if (!length.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(length) > size * 8) {
      throw errors.noAddress(
          path, json, kind + ": the prefix is 0 to %d bits long".formatted(size * 8));
    }
    byte[] key = new byte[4 + size];
    key[0] = (byte) Integer.parseInt(length);
    System.arraycopy(address, 0, key, 4, size);
    return key;
  }
}
