package dev.skep.artifact.btf;

import java.util.List;

/** One type of an object; other types are named by id, 0 being void. */
public sealed interface BtfType {

  /** Its C name, empty when it has none. */
  default String name() {
    return "";
  }

  record Void() implements BtfType {}

  /**
   * An integer.
   *
   * @param bits how many of its bits count; less than 8 × size in an old-style bit field
   * @param text whether it is C's char, and an array of it so a text
   */
  record Int(String name, int size, int bits, boolean signed, boolean bool, boolean text)
      implements BtfType {}

  record FloatingPoint(String name, int size) implements BtfType {}

  record Pointer(int target) implements BtfType {}

  record Array(int element, long length) implements BtfType {}

  /** A struct or union. */
  record Composite(String name, boolean union, int size, List<Member> members) implements BtfType {}

  /**
   * @param name empty for an anonymous struct or union inside
   * @param bitOffset bits from the composite's start
   * @param bits width of a bit field, else 0
   */
  record Member(String name, int type, int bitOffset, int bits) {}

  record Enumeration(String name, int size, boolean signed, List<Enumerator> enumerators)
      implements BtfType {}

  /** A name for a number; of an unsigned 64-bit enumeration the number is to be read so. */
  record Enumerator(String name, long value) {}

  /** A struct, union or enum whose members are not told. */
  record Forward(String name) implements BtfType {}

  /** Another name of, or a qualifier to, a type: typedef (named), const, volatile, …. */
  record Alias(String name, int target) implements BtfType {}

  /** A function; linkage 0 is static, 1 global, 2 extern. */
  record Function(String name, int prototype, int linkage) implements BtfType {}

  record Prototype(int result) implements BtfType {}

  /** A variable; linkage 0 is static, 1 global, 2 extern. */
  record Variable(String name, int type, int linkage) implements BtfType {}

  /** The variables of one ELF section. */
  record DataSection(String name, int size, List<Placed> variables) implements BtfType {}

  /** A variable in its section; the offset may be 0 before linking, the symbol table knows it. */
  record Placed(int variable, long offset, long size) {}

  /** A note to a type or member; nothing here reads it. */
  record DeclarationTag(String name, int target) implements BtfType {}
}
