package dev.skep.node.target;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The functions of an executable or library, by name and where they stand in its file: what a
 * uprobe asks for. Reads ELF64 in little endian; every offset is checked, for the file may be
 * anybody's.
 */
public final class UserBinary {
  private static final int SYMBOL_TABLE = 2;
  private static final int DYNAMIC_SYMBOLS = 11;
  private static final int LOADABLE = 1;
  private static final int FUNCTION = 2;
  private static final int INDIRECT_FUNCTION = 10;
  private static final int LARGEST_TABLE = 256 << 20;

  private final Path file;

  public UserBinary(Path file) {
    this.file = file;
  }

  /** Why the file is not there, or empty when it is. */
  public Optional<Failure> missing() {
    return Files.isRegularFile(file)
        ? Optional.empty()
        : Optional.of(
            Failure.of(Reason.BinaryNotFound, "binary " + file + " does not exist on this node"));
  }

  /**
   * Where a function begins in the file.
   *
   * @throws Refusal SymbolNotFound, with what has nearly that name; BinaryNotFound when the file is
   *     not an ELF64 file
   */
  public long offsetOf(String symbol) {
    try (FileChannel channel = FileChannel.open(file)) {
      Reader elf = new Reader(channel);
      Map<String, Long> functions = elf.functions();
      Long address = functions.get(symbol);
      if (address == null) {
        throw new Refusal(
            Reason.SymbolNotFound,
            "symbol "
                + symbol
                + " is no function of "
                + file
                + (functions.isEmpty()
                    ? ": the file has no symbols (stripped); name an offset"
                    : Hint.nearest(symbol, functions.keySet())));
      }
      return elf.fileOffset(address);
    } catch (IOException e) {
      throw new Refusal(
          Reason.BinaryNotFound, "binary " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** One pass over an opened file. */
  private static final class Reader {
    private final FileChannel channel;
    private final ByteBuffer header;

    Reader(FileChannel channel) throws IOException {
      this.channel = channel;
      this.header = read(0, 64);
      if (header.getInt(0) != 0x464c457f || header.get(4) != 2 || header.get(5) != 1) {
        throw new IOException("not an ELF64 file in little endian");
      }
    }

    private ByteBuffer read(long offset, long size) throws IOException {
      if (offset < 0 || size < 0 || size > LARGEST_TABLE || offset > channel.size() - size) {
        throw new EOFException("a table lies outside the file");
      }
      ByteBuffer buffer = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw new EOFException("the file ends in a table");
        }
      }
      return buffer.flip();
    }

    Map<String, Long> functions() throws IOException {
      Map<String, Long> functions = new LinkedHashMap<>();
      int count = Short.toUnsignedInt(header.getShort(60));
      int size = Short.toUnsignedInt(header.getShort(58));
      if (size < 64) {
        return functions;
      }
      ByteBuffer sections = read(header.getLong(40), (long) count * size);
      for (int i = 0; i < count; i++) {
        int type = sections.getInt(i * size + 4);
        int names = sections.getInt(i * size + 40);
        if ((type == SYMBOL_TABLE || type == DYNAMIC_SYMBOLS) && names >= 0 && names < count) {
          add(
              functions,
              read(sections.getLong(i * size + 24), sections.getLong(i * size + 32)),
              read(sections.getLong(names * size + 24), sections.getLong(names * size + 32)));
        }
      }
      return functions;
    }

    private static void add(Map<String, Long> functions, ByteBuffer symbols, ByteBuffer names) {
      for (int at = 0; at + 24 <= symbols.limit(); at += 24) {
        int type = symbols.get(at + 4) & 15;
        boolean defined = symbols.getShort(at + 6) != 0;
        int name = symbols.getInt(at);
        if ((type == FUNCTION || type == INDIRECT_FUNCTION)
            && defined
            && name > 0
            && name < names.limit()) {
          int end = name;
          while (end < names.limit() && names.get(end) != 0) {
            end++;
          }
          functions.putIfAbsent(
              new String(names.array(), name, end - name, StandardCharsets.UTF_8),
              symbols.getLong(at + 8));
        }
      }
    }

    /** From the address in memory to the place in the file, by the segment that is loaded there. */
    long fileOffset(long address) throws IOException {
      int count = Short.toUnsignedInt(header.getShort(56));
      int size = Short.toUnsignedInt(header.getShort(54));
      if (size < 56) {
        return address;
      }
      ByteBuffer segments = read(header.getLong(32), (long) count * size);
      for (int i = 0; i < count; i++) {
        long start = segments.getLong(i * size + 16);
        long length = segments.getLong(i * size + 40);
        if (segments.getInt(i * size) == LOADABLE && address >= start && address - start < length) {
          return address - start + segments.getLong(i * size + 8);
        }
      }
      return address;
    }
  }
}
