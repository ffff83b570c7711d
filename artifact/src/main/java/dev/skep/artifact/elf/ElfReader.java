package dev.skep.artifact.elf;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.text.Names;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads Elf64_Ehdr, Elf64_Shdr and Elf64_Sym, each after a check that it is there. */
final class ElfReader {
  private static final int HEADER = 64;
  private static final int SECTION_HEADER = 64;
  private static final int SYMBOL = 24;
  private static final int RELOCATABLE = 1;
  private static final int EM_BPF = 247;

  private final ByteBuffer elf;
  private final byte[] bytes;

  ElfReader(byte[] bytes) {
    this.bytes = bytes;
    this.elf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  ElfObject read() {
    checkHeader();
    List<ElfSection> sections = sections();
    return new ElfObject(bytes, sections, symbols(sections));
  }

  private void checkHeader() {
    if (bytes.length > ElfObject.MAX_SIZE) {
      throw new Refusal(
          Reason.TooLarge,
          "the object is %d bytes; the limit is %d".formatted(bytes.length, ElfObject.MAX_SIZE));
    }
    if (bytes.length < 4 || elf.getInt(0) != 0x464c457f) {
      throw new Refusal(
          Reason.NotAnElf,
          "not an ELF file: it begins with %s instead of 7f 45 4c 46; give the .o file that clang"
                  .formatted(firstBytes())
              + " -target bpf writes");
    }
    if (bytes.length < HEADER) {
      throw truncated("the ELF header", 0, HEADER);
    }
    int machine =
        littleEndian()
            ? unsignedShort(18)
            : Short.toUnsignedInt(Short.reverseBytes(elf.getShort(18)));
    if (machine != EM_BPF) {
      throw new Refusal(
          Reason.WrongMachine,
          "the object is for %s (machine %d), not eBPF (247): compile with clang -target bpf"
              .formatted(Machines.name(machine), machine));
    }
    if (!littleEndian()) {
      throw new Refusal(
          Reason.WrongMachine,
          "the object is big-endian eBPF, nodes are little-endian: compile with clang -target"
              + " bpfel");
    }
    if (bytes[4] != 2) {
      throw new Refusal(
          Reason.WrongMachine, "the object is 32-bit eBPF: compile with clang -target bpf");
    }
    if (unsignedShort(16) != RELOCATABLE) {
      throw new Refusal(
          Reason.NotAnElf,
          "the ELF is of type %d, not a relocatable object (1): compile with clang -c, do not link"
              .formatted(unsignedShort(16)));
    }
  }

  private List<ElfSection> sections() {
    long table = elf.getLong(40);
    int count = unsignedShort(60);
    int names = unsignedShort(62);
    if (table == 0 || count == 0) {
      // 0 also stands for "more than 65279", far over our limit.
      throw new Refusal(Reason.TruncatedElf, "the ELF has no section table");
    }
    if (unsignedShort(58) != SECTION_HEADER) {
      throw new Refusal(
          Reason.NotAnElf,
          "the ELF says a section header is %d bytes, not %d"
              .formatted(unsignedShort(58), SECTION_HEADER));
    }
    if (count > ElfObject.MAX_SECTIONS) {
      throw new Refusal(
          Reason.TooLarge,
          "the object has %d sections; the limit is %d".formatted(count, ElfObject.MAX_SECTIONS));
    }
    int start = range("the section table", table, (long) count * SECTION_HEADER);
    StringTable nameTable = sectionNames(start, count, names);
    List<ElfSection> sections = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      sections.add(section(start + i * SECTION_HEADER, i, nameTable));
    }
    checkApart(sections);
    return sections;
  }

  /** Sections that share their bytes would let a small object be read many times over. */
  private void checkApart(List<ElfSection> sections) {
    long sum = sections.stream().filter(ElfSection::hasBytes).mapToLong(ElfSection::size).sum();
    if (sum > bytes.length) {
      throw new Refusal(
          Reason.NotAnElf,
          "the sections of the ELF overlap: they are %d bytes together, the file is %d"
              .formatted(sum, bytes.length));
    }
  }

  private StringTable sectionNames(int table, int count, int index) {
    if (index >= count) {
      throw new Refusal(
          Reason.TruncatedElf,
          "the ELF keeps section names in section %d, but has %d".formatted(index, count));
    }
    int header = table + index * SECTION_HEADER;
    long size = elf.getLong(header + 32);
    return new StringTable(
        bytes, range("the section names", elf.getLong(header + 24), size), (int) size);
  }

  private ElfSection section(int header, int index, StringTable names) {
    String name =
        names
            .at(unsignedInt(header))
            .orElseThrow(
                () ->
                    new Refusal(
                        Reason.TruncatedElf,
                        "the name of section %d is not in the section names".formatted(index)));
    int type = elf.getInt(header + 4);
    long offset = elf.getLong(header + 24);
    long size = elf.getLong(header + 32);
    boolean hasBytes = ElfSection.hasBytes(type);
    int start = hasBytes ? range("section " + Names.shorten(name), offset, size) : 0;
    if (size < 0 || size > Integer.MAX_VALUE) {
      throw new Refusal(
          Reason.TooLarge,
          "section %s is %s bytes".formatted(Names.shorten(name), Long.toUnsignedString(size)));
    }
    return new ElfSection(
        index,
        name,
        type,
        elf.getLong(header + 8),
        start,
        (int) size,
        elf.getInt(header + 40),
        elf.getInt(header + 44),
        (int) Math.min(Integer.MAX_VALUE, elf.getLong(header + 56) & Long.MAX_VALUE));
  }

  private List<ElfSymbol> symbols(List<ElfSection> sections) {
    List<ElfSection> tables = sections.stream().filter(s -> s.type() == ElfSection.SYMTAB).toList();
    if (tables.isEmpty()) {
      return List.of();
    }
    ElfSection table = tables.getFirst();
    int count = table.size() / SYMBOL;
    if (count > ElfObject.MAX_SYMBOLS) {
      throw new Refusal(
          Reason.TooLarge,
          "the object has %d symbols; the limit is %d: strip its debug information with llvm-strip"
                  .formatted(count, ElfObject.MAX_SYMBOLS)
              + " -g");
    }
    StringTable names = symbolNames(sections, table);
    List<ElfSymbol> symbols = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      symbols.add(symbol(table.offset() + i * SYMBOL, i, names));
    }
    return symbols;
  }

  private StringTable symbolNames(List<ElfSection> sections, ElfSection table) {
    int link = table.link();
    if (link <= 0 || link >= sections.size() || sections.get(link).type() != ElfSection.STRTAB) {
      throw new Refusal(
          Reason.TruncatedElf, "the symbol table's names (section %d) are missing".formatted(link));
    }
    ElfSection names = sections.get(link);
    return new StringTable(bytes, names.offset(), names.size());
  }

  private ElfSymbol symbol(int at, int index, StringTable names) {
    int info = Byte.toUnsignedInt(elf.get(at + 4));
    int type = info & 0xf;
    int section = unsignedShort(at + 6);
    String name =
        names
            .at(unsignedInt(at))
            .orElseThrow(
                () ->
                    new Refusal(
                        Reason.TruncatedElf,
                        "the name of symbol %d is not in the symbol names".formatted(index)));
    return new ElfSymbol(
        name, section, elf.getLong(at + 8), elf.getLong(at + 16), type, info >>> 4);
  }

  /** Checks that a part lies in the file, and gives its offset. */
  private int range(String part, long offset, long size) {
    if (offset < 0 || size < 0 || offset > bytes.length || size > bytes.length - offset) {
      throw truncated(part, offset, size);
    }
    return (int) offset;
  }

  private Refusal truncated(String part, long offset, long size) {
    return new Refusal(
        Reason.TruncatedElf,
        "the ELF is cut: %s needs %s bytes from %s, but the file ends at %d"
            .formatted(
                part, Long.toUnsignedString(size), Long.toUnsignedString(offset), bytes.length));
  }

  private String firstBytes() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(4, bytes.length); i++) {
      text.append(i == 0 ? "" : " ").append("%02x".formatted(bytes[i]));
    }
    return text.isEmpty() ? "nothing" : text.toString();
  }

  private boolean littleEndian() {
    return bytes[5] != 2;
  }

  private int unsignedShort(int at) {
    return Short.toUnsignedInt(elf.getShort(at));
  }

  private long unsignedInt(int at) {
    return Integer.toUnsignedLong(elf.getInt(at));
  }
}
