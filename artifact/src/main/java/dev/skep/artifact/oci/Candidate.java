package dev.skep.artifact.oci;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A file of an image that may be the eBPF object.
 *
 * @param name its path in the image, without a leading / or ./
 * @param bytes its content
 */
record Candidate(String name, byte[] bytes) {
  /** e_machine of eBPF, from the kernel's elf-em.h. */
  private static final int EM_BPF = 247;

  static boolean isElf(byte[] head) {
    return head.length >= 4
        && head[0] == 0x7f
        && head[1] == 'E'
        && head[2] == 'L'
        && head[3] == 'F';
  }

  boolean isElf() {
    return isElf(bytes);
  }

  boolean isBpf() {
    return isElf() && bytes.length >= 20 && machine() == EM_BPF;
  }

  boolean isNamedAsObject() {
    return name.endsWith(".o");
  }

  private int machine() {
    // e_ident[EI_DATA] says the byte order of everything that follows.
    ByteOrder order = bytes[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return Short.toUnsignedInt(ByteBuffer.wrap(bytes).order(order).getShort(18));
  }
}
