package dev.skep.node.target;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An executable or library on disk: ELF64 in little endian. Reads what is asked for and no more;
 * every offset is checked, for the file may be anybody's.
 */
final class ElfFile implements AutoCloseable {
  private static final int SYMBOL_TABLE = 2;
  private static final int DYNAMIC_SYMBOLS = 11;
  private static final int SYMBOL_VERSIONS = 0x6fffffff;
  private static final int HIDDEN_VERSION = 0x8000;
  private static final int LOADABLE = 1;
  private static final int LARGEST_PART = 8 << 20;
  private static final int LONGEST_NAME = 4096;

  private final FileChannel channel;
  private final ByteBuffer header;

  /** Read once: a file may have thousands of places to find, and a table of megabytes. */
  private ByteBuffer segments;

  /**
   * A part of the file.
   *
   * @param type SHT_…
   * @param address in memory once it is loaded; 0 for what is not
   * @param link the section that belongs to it
   */
  record Section(String name, int type, long address, long offset, long size, int link) {}

  /**
   * A name of the file.
   *
   * @param type STT_…
   * @param global whether other files mean it by that name: not what is kept for binaries linked
   *     with an older version
   * @param address in memory once it is loaded
   * @param size of a function's code; 0 where nobody said
   */
  record Symbol(String name, int type, boolean global, long address, long size) {}

  private ElfFile(FileChannel channel, ByteBuffer header) {
    this.channel = channel;
    this.header = header;
  }

  static ElfFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file);
    try {
      ElfFile elf = new ElfFile(channel, read(channel, 0, 64));
      elf.check();
      return elf;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void check() throws IOException {
    if (header.getInt(0) != 0x464c457f) {
      throw new IOException("not an ELF file");
    }
    if (header.get(4) != 2 || header.get(5) != 1) {
      throw new IOException(
          header.get(4) == 1
              ? "a 32-bit ELF file; functions of 64-bit ones can be found"
              : "not an ELF64 file in little endian");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static ByteBuffer read(FileChannel channel, long offset, long size) throws IOException {
    if (offset < 0 || size < 0 || size > LARGEST_PART || offset > channel.size() - size) {
      throw new EOFException("a table lies outside the file, or is too large");
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new EOFException("the file ends in a table");
      }
    }
    return buffer.flip();
  }

  /** The bytes of a section, of a few megabytes at most. */
  ByteBuffer read(Section section) throws IOException {
    return read(channel, section.offset(), section.size());
  }

  /** A section of any size, of which a little at a time is in memory. */
  private Window window(Section section) throws IOException {
    if (section.offset() < 0
        || section.size() < 0
        || section.offset() > channel.size() - section.size()) {
      throw new EOFException("a table lies outside the file");
    }
    return new Window(channel, section.offset(), section.size());
  }

  List<Section> sections() throws IOException {
    List<Section> sections = new ArrayList<>();
    int size = Short.toUnsignedInt(header.getShort(58));
    int count = Short.toUnsignedInt(header.getShort(60));
    int names = Short.toUnsignedInt(header.getShort(62));
    if (size < 64) {
      return sections;
    }
    ByteBuffer table = read(channel, header.getLong(40), (long) count * size);
    ByteBuffer text =
        names < count
            ? read(channel, table.getLong(names * size + 24), table.getLong(names * size + 32))
            : ByteBuffer.allocate(0);
    for (int at = 0; at < count * size; at += size) {
      sections.add(
          new Section(
              text(text, table.getInt(at)),
              table.getInt(at + 4),
              table.getLong(at + 16),
              table.getLong(at + 24),
              table.getLong(at + 32),
              table.getInt(at + 40)));
    }
    return sections;
  }

  /** What the file defines, by its table for linkers and by the one for loading. */
  void symbols(Consumer<Symbol> each) throws IOException {
    List<Section> sections = sections();
    for (Section section : sections) {
      boolean table = section.type() == SYMBOL_TABLE || section.type() == DYNAMIC_SYMBOLS;
      if (table && section.link() >= 0 && section.link() < sections.size()) {
        Optional<Section> versions =
            sections.stream()
                .filter(s -> section.type() == DYNAMIC_SYMBOLS && s.type() == SYMBOL_VERSIONS)
                .findFirst();
        Window names = window(sections.get(section.link()));
        symbols(window(section), names, versions.isEmpty() ? null : window(versions.get()), each);
      }
    }
  }

  private static void symbols(Window table, Window names, Window versions, Consumer<Symbol> each)
      throws IOException {
    for (long at = 0; at + 24 <= table.size(); at += 24) {
      ByteBuffer symbol = table.at(at, 24);
      int kind = symbol.get(4);
      boolean defined = symbol.getShort(6) != 0;
      long address = symbol.getLong(8);
      int nameAt = symbol.getInt(0);
      if (defined && nameAt > 0 && nameAt < names.size()) {
        boolean older =
            versions != null
                && at / 12 + 2 <= versions.size()
                && (versions.at(at / 12, 2).getShort(0) & HIDDEN_VERSION) != 0;
        String name = text(names.at(nameAt, LONGEST_NAME), 0);
        boolean global = (kind >> 4) != 0 && !older;
        each.accept(new Symbol(name, kind & 15, global, address, symbol.getLong(16)));
      }
    }
  }

  /** From a place to the next zero; empty when the place is not in the text. */
  static String text(ByteBuffer text, int from) {
    if (from < 0) {
      return "";
    }
    int end = from;
    while (end < text.limit() && end - from < LONGEST_NAME && text.get(end) != 0) {
      end++;
    }
    return from >= end
        ? ""
        : new String(text.array(), text.arrayOffset() + from, end - from, StandardCharsets.UTF_8);
  }

  /** From the address in memory to the place in the file, by the segment that is loaded there. */
  long fileOffset(long address) throws IOException {
    int count = Short.toUnsignedInt(header.getShort(56));
    int size = Short.toUnsignedInt(header.getShort(54));
    if (size < 56) {
      return address;
    }
    if (segments == null) {
      segments = read(channel, header.getLong(32), (long) count * size);
    }
    for (int at = 0; at < count * size; at += size) {
      long start = segments.getLong(at + 16);
      long length = segments.getLong(at + 40);
      if (segments.getInt(at) == LOADABLE && address >= start && address - start < length) {
        return address - start + segments.getLong(at + 8);
      }
    }
    return address;
  }

  /** Bytes from a place in the file on, as many as there are up to a few. */
  ByteBuffer bytes(long offset, int most) throws IOException {
    long there = Math.max(0, Math.min(most, channel.size() - offset));
    return read(channel, there == 0 ? 0 : offset, there);
  }

  /** The machine its code is for: EM_…. */
  int machine() {
    return Short.toUnsignedInt(header.getShort(18));
  }
}
