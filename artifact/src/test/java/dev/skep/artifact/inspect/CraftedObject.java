package dev.skep.artifact.inspect;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** An object that no compiler writes: types as given, and one more section. */
final class CraftedObject {
  private static final String NAMES = "\0.BTF\0.shstrtab\0";
  private static final int HEADER = 64;
  private static final int SECTIONS = 4;

  private CraftedObject() {}

  /** An object whose section {@code name} is {@code size} zeros. */
  static byte[] with(byte[] btf, String name, int size) {
    byte[] names = (NAMES + name + "\0").getBytes(StandardCharsets.US_ASCII);
    int namesAt = HEADER + SECTIONS * HEADER;
    int btfAt = namesAt + names.length;
    ByteBuffer elf = littleEndian(btfAt + btf.length + size);
    elf.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1);
    elf.putShort(16, (short) 1).putShort(18, (short) 247).putLong(40, HEADER);
    elf.putShort(58, (short) HEADER).putShort(60, (short) SECTIONS).putShort(62, (short) 2);
    section(elf, 1, 1, 1, btfAt, btf.length);
    section(elf, 2, NAMES.indexOf(".shstrtab"), 3, namesAt, names.length);
    section(elf, 3, NAMES.length(), 1, btfAt + btf.length, size);
    return elf.put(namesAt, names).put(btfAt, btf).array();
  }

  private static void section(ByteBuffer elf, int index, int name, int type, int at, int size) {
    int header = HEADER * (1 + index);
    elf.putInt(header, name).putInt(header + 4, type);
    elf.putLong(header + 24, at).putLong(header + 32, size);
  }

  /** A .BTF section of these words, struct btf_type after struct btf_type, and of this name. */
  static byte[] btf(String name, int... types) {
    byte[] names = ("\0" + name + "\0").getBytes(StandardCharsets.US_ASCII);
    int size = types.length * 4;
    ByteBuffer btf = littleEndian(24 + size + names.length);
    btf.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
    btf.putInt(0).putInt(size).putInt(size).putInt(names.length);
    for (int word : types) {
      btf.putInt(word);
    }
    return btf.put(names).array();
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
