package dev.skep.artifact.inspect;

import dev.skep.artifact.elf.ElfObject;
import dev.skep.artifact.elf.ElfSection;
import dev.skep.artifact.elf.ElfSymbol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which instructions of an object name a symbol: a map, a variable, a function. */
final class Relocations {
  private static final int ENTRY = 16;

  private final ElfObject elf;

  /** By number of the code's section: offset and symbol in one number each, in ascending order. */
  private final Map<Integer, long[]> bySection = new HashMap<>();

  Relocations(ElfObject elf) {
    this.elf = elf;
    elf.sections().stream()
        .filter(s -> s.type() == ElfSection.REL)
        .forEach(s -> bySection.putIfAbsent(s.info(), read(elf.content(s))));
  }

  private static long[] read(byte[] table) {
    ByteBuffer bytes = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    long[] entries = new long[table.length / ENTRY];
    for (int i = 0; i < entries.length; i++) {
      int symbol = (int) (bytes.getLong(i * ENTRY + 8) >>> 32);
      entries[i] = bytes.getLong(i * ENTRY) << 32 | Integer.toUnsignedLong(symbol);
    }
    Arrays.sort(entries);
    return entries;
  }

  /** The symbol that an instruction names. */
  Optional<ElfSymbol> at(int section, long offset) {
    long[] entries = bySection.get(section);
    if (entries == null) {
      return Optional.empty();
    }
    int found = Arrays.binarySearch(entries, offset << 32);
    int next = found < 0 ? -found - 1 : found;
    if (next == entries.length || entries[next] >>> 32 != offset) {
      return Optional.empty();
    }
    int symbol = (int) entries[next];
    return symbol < 0 || symbol >= elf.symbols().size()
        ? Optional.empty()
        : Optional.of(elf.symbols().get(symbol));
  }
}
