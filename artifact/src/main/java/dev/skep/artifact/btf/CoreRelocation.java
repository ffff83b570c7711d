package dev.skep.artifact.btf;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.elf.StringTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One place of the code that is adapted to the kernel's types at load (struct bpf_core_relo of
 * .BTF.ext).
 *
 * @param section of the code
 * @param place bytes from the section's start to the instruction
 * @param type BTF id of the type that is looked up in the kernel
 * @param path numbers of members, elements or enumerators from there on, e.g. 0:3:1
 * @param kind enum bpf_core_relo_kind
 */
public record CoreRelocation(String section, long place, int type, String path, int kind) {
  private static final int FIELD_EXISTS = 2;
  private static final int TYPE_ID_LOCAL = 6;
  private static final int TYPE_EXISTS = 8;
  private static final int ENUMERATOR_EXISTS = 10;
  private static final int TYPE_MATCHES = 12;
  private static final int RECORD = 16;

  /** Whether the kernel's types are asked; a type's id in the object itself is not there. */
  public boolean asksTheKernel() {
    return kind != TYPE_ID_LOCAL;
  }

  /** Whether the code asks if it is there, so that it goes another way where it is not. */
  public boolean asksWhether() {
    return switch (kind) {
      case FIELD_EXISTS, TYPE_EXISTS, ENUMERATOR_EXISTS, TYPE_MATCHES -> true;
      default -> false;
    };
  }

  /**
   * The relocations of a .BTF.ext section; none in one from before they were invented.
   *
   * @param names the names of the .BTF section
   * @throws Refusal InvalidBtf
   */
  public static List<CoreRelocation> read(byte[] section, StringTable names) {
    ByteBuffer bytes = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
    if (section.length < 24 || Short.toUnsignedInt(bytes.getShort(0)) != 0xeb9f) {
      throw invalid("does not begin with a header");
    }
    if (unsigned(bytes, 4) < 32 || section.length < 32) {
      return List.of();
    }
    long start = unsigned(bytes, 4) + unsigned(bytes, 24);
    long length = unsigned(bytes, 28);
    if (start + length > section.length) {
      throw invalid("is cut in its relocations");
    }
    return length == 0 ? List.of() : read(bytes, (int) start, (int) (start + length), names);
  }

  private static List<CoreRelocation> read(
      ByteBuffer bytes, int start, int end, StringTable names) {
    if (end - start < 4 || unsigned(bytes, start) < RECORD) {
      throw invalid("has relocations of an unknown size");
    }
    long size = unsigned(bytes, start);
    List<CoreRelocation> found = new ArrayList<>();
    long at = start + 4L;
    while (at + 8 <= end) {
      String section = name(names, unsigned(bytes, (int) at));
      long count = unsigned(bytes, (int) at + 4);
      at += 8;
      if (count * size > end - at) {
        throw invalid("is cut in its relocations");
      }
      for (long i = 0; i < count; i++, at += size) {
        int here = (int) at;
        found.add(
            new CoreRelocation(
                section,
                unsigned(bytes, here),
                bytes.getInt(here + 4),
                name(names, unsigned(bytes, here + 8)),
                bytes.getInt(here + 12)));
      }
    }
    return found;
  }

  private static String name(StringTable names, long offset) {
    return names.at(offset).orElseThrow(() -> invalid("names what is not in .BTF"));
  }

  private static long unsigned(ByteBuffer bytes, int at) {
    return Integer.toUnsignedLong(bytes.getInt(at));
  }

  private static Refusal invalid(String what) {
    return new Refusal(
        Reason.InvalidBtf,
        "the object's .BTF.ext section " + what + "; compile it again with clang -g");
  }
}
