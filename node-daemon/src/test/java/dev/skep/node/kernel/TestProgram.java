package dev.skep.node.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * A program that needs no library and ends at once: two instructions that do nothing, and exit(0).
 * They are its function {@code step}, at whose beginning the static probe {@code skep:step} stands.
 */
final class TestProgram {
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

  /** Where in {@code step} its second instruction begins. */
  static final long SECOND = ARM ? 4 : 1;

  private static final byte[] CODE =
      HexFormat.of()
          .parseHex(ARM ? "1f2003d51f2003d5000080d2a80b80d2010000d4" : "909031ffb83c0000000f05");

  private static final String NAMES = "\0step\0.text\0.symtab\0.strtab\0.note.stapsdt\0";

  // Places in the file.
  private static final int START = 128;
  private static final int NOTE = 160;
  private static final int NOTE_SIZE = 12 + 8 + 24 + 12;
  private static final int SYMBOLS = 224;
  private static final int STRINGS = SYMBOLS + 2 * 24;
  private static final int SECTIONS = 320;
  private static final int SIZE = SECTIONS + 5 * 64;

  private static final long BASE = 0x400000;

  private final ByteBuffer elf = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

  private TestProgram() {}

  /** Writes it. */
  static Path at(Path file) {
    try {
      Files.write(file, new TestProgram().made());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    file.toFile().setExecutable(true);
    return file;
  }

  private byte[] made() {
    header();
    elf.put(START, CODE);
    note();
    elf.putInt(SYMBOLS + 24, name("step"));
    elf.put(SYMBOLS + 28, (byte) 0x12); // a global function
    elf.putShort(SYMBOLS + 30, (short) 1);
    elf.putLong(SYMBOLS + 32, BASE + START);
    elf.putLong(SYMBOLS + 40, CODE.length);
    elf.put(STRINGS, NAMES.getBytes(StandardCharsets.US_ASCII));
    section(1, ".text", 1, START, CODE.length, 0);
    section(2, ".symtab", 2, SYMBOLS, 2 * 24, 3);
    section(3, ".strtab", 3, STRINGS, NAMES.length(), 0);
    section(4, ".note.stapsdt", 7, NOTE, NOTE_SIZE, 0);
    return elf.array();
  }

  /** Elf64_Ehdr and one Elf64_Phdr: the whole file, readable and executable. */
  private void header() {
    elf.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    elf.putShort(16, (short) 2);
    elf.putShort(18, (short) (ARM ? 183 : 62));
    elf.putInt(20, 1);
    elf.putLong(24, BASE + START);
    elf.putLong(32, 64);
    elf.putLong(40, SECTIONS);
    elf.putShort(52, (short) 64);
    elf.putShort(54, (short) 56);
    elf.putShort(56, (short) 1);
    elf.putShort(58, (short) 64);
    elf.putShort(60, (short) 5);
    elf.putShort(62, (short) 3);
    elf.putInt(64, 1);
    elf.putInt(68, 5);
    elf.putLong(80, BASE);
    elf.putLong(88, BASE);
    elf.putLong(96, SIZE);
    elf.putLong(104, SIZE);
    elf.putLong(112, 0x10000);
  }

  /** As sys/sdt.h has it: place, base and semaphore, then provider, name and arguments. */
  private void note() {
    elf.putInt(NOTE, 8);
    elf.putInt(NOTE + 4, NOTE_SIZE - 20);
    elf.putInt(NOTE + 8, 3);
    elf.put(NOTE + 12, "stapsdt\0".getBytes(StandardCharsets.US_ASCII));
    elf.putLong(NOTE + 20, BASE + START);
    elf.put(NOTE + 44, "skep\0step\0\0".getBytes(StandardCharsets.US_ASCII));
  }

  /** Elf64_Shdr. */
  private void section(int index, String name, int type, int offset, int size, int link) {
    int at = SECTIONS + index * 64;
    elf.putInt(at, name(name));
    elf.putInt(at + 4, type);
    elf.putLong(at + 24, offset);
    elf.putLong(at + 32, size);
    elf.putInt(at + 40, link);
  }

  private static int name(String name) {
    return NAMES.indexOf("\0" + name + "\0") + 1;
  }
}
