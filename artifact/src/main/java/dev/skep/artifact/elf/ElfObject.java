package dev.skep.artifact.elf;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.toMap;

import dev.skep.api.v1alpha1.Refusal;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sections and symbols of one relocatable little-endian eBPF object. Immutable. */
public final class ElfObject {
  /** The largest object that is read, bytes. */
  public static final int MAX_SIZE = 16 << 20;

  /** Sections of one object at most; a real one has about ten, and two for each program. */
  public static final int MAX_SECTIONS = 8192;

  /** Symbols of one object at most; compilers name the larger basic blocks of a program too. */
  public static final int MAX_SYMBOLS = 1 << 17;

  private final byte[] bytes;
  private final List<ElfSection> sections;
  private final List<ElfSymbol> symbols;
  private final Map<String, ElfSection> byName;

  ElfObject(byte[] bytes, List<ElfSection> sections, List<ElfSymbol> symbols) {
    this.bytes = bytes;
    this.sections = List.copyOf(sections);
    this.symbols = List.copyOf(symbols);
    this.byName =
        sections.stream()
            .collect(
                collectingAndThen(
                    toMap(ElfSection::name, s -> s, (first, next) -> first, LinkedHashMap::new),
                    Collections::unmodifiableMap));
  }

  /**
   * Reads the headers and tables.
   *
   * @throws Refusal NotAnElf, TruncatedElf, WrongMachine or TooLarge
   */
  public static ElfObject read(byte[] bytes) {
    return new ElfReader(bytes).read();
  }

  public List<ElfSection> sections() {
    return sections;
  }

  public List<ElfSymbol> symbols() {
    return symbols;
  }

  /** The first section of a name. */
  public Optional<ElfSection> section(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** A copy of a section's bytes; none for one that has no bytes in the file (.bss). */
  public byte[] content(ElfSection section) {
    return section.hasBytes()
        ? Arrays.copyOfRange(bytes, section.offset(), section.offset() + section.size())
        : new byte[0];
  }
}
