package dev.skep.artifact.elf;

/**
 * One section; its bytes are known to lie in the file.
 *
 * @param index its number, as symbols name it
 * @param type SHT_…, e.g. {@link #PROGBITS}
 * @param flags SHF_…, e.g. {@link #EXECUTABLE}
 * @param offset bytes from the file's start
 * @param size bytes; {@link #NOBITS} sections have a size but no bytes
 * @param link a section that belongs to it, e.g. a symbol table's names
 * @param info another that it is about, e.g. the code that a table of relocations is for
 * @param entrySize bytes of one entry of a table, else 0
 */
public record ElfSection(
    int index,
    String name,
    int type,
    long flags,
    int offset,
    int size,
    int link,
    int info,
    int entrySize) {
  private static final int NULL = 0;
  public static final int PROGBITS = 1;
  public static final int SYMTAB = 2;
  public static final int STRTAB = 3;
  public static final int NOBITS = 8;
  public static final int REL = 9;
  public static final long EXECUTABLE = 4;

  /** Whether the file has bytes of it. */
  public boolean hasBytes() {
    return hasBytes(type);
  }

  static boolean hasBytes(int type) {
    return type != NULL && type != NOBITS;
  }

  /** Whether it holds instructions. */
  public boolean isCode() {
    return type == PROGBITS && (flags & EXECUTABLE) != 0;
  }
}
