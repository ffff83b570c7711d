package dev.skep.artifact.inspect;

import static java.util.stream.Collectors.toMap;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.Btf;
import dev.skep.artifact.btf.BtfType;
import dev.skep.artifact.btf.BtfType.Composite;
import dev.skep.artifact.btf.BtfType.DataSection;
import dev.skep.artifact.btf.BtfType.Placed;
import dev.skep.artifact.btf.BtfType.Pointer;
import dev.skep.artifact.btf.BtfType.Variable;
import dev.skep.artifact.elf.ElfObject;
import dev.skep.artifact.elf.ElfSection;
import dev.skep.artifact.elf.ElfSymbol;
import dev.skep.artifact.inspect.ObjectReport.ObjectTable;
import dev.skep.artifact.inspect.ObjectReport.TableField;
import dev.skep.artifact.text.Names;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The variables of .struct_ops and .struct_ops.link: structs of function pointers and settings. The
 * pointers are relocations, to the functions of the object.
 */
final class FunctionTables {
  /** One relocation: where, which symbol and how, 8 bytes each (Elf64_Rel). */
  private static final int RELOCATION = 16;

  private final Btf btf;
  private final ElfObject elf;

  /** What a section may still tell: tables that share their bytes would cost their product. */
  private long budget;

  private final Map<Long, String> functions = new HashMap<>();

  private FunctionTables(Btf btf, ElfObject elf) {
    this.btf = btf;
    this.elf = elf;
    for (ElfSymbol symbol : elf.symbols()) {
      if (symbol.type() == ElfSymbol.FUNCTION && !symbol.isLocal()) {
        functions.put(place(symbol), symbol.name());
      }
    }
  }

  /** As libbpf finds the function: by where the symbol is, whatever its name. */
  private static long place(ElfSymbol symbol) {
    return ((long) symbol.section() << 32) | (symbol.value() & 0xffff_ffffL);
  }

  static List<ObjectTable> read(Btf btf, ElfObject elf) {
    FunctionTables tables = new FunctionTables(btf, elf);
    List<ObjectTable> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (BtfType type : btf.types()) {
      // As libbpf, which looks for the first of a name.
      if (type instanceof DataSection data && isOfTables(data.name()) && seen.add(data.name())) {
        elf.section(data.name()).ifPresent(section -> tables.read(section, data, found));
      }
    }
    return List.copyOf(found);
  }

  private static boolean isOfTables(String section) {
    String name = section.startsWith("?") ? section.substring(1) : section;
    return name.equals(".struct_ops") || name.equals(".struct_ops.link");
  }

  private void read(ElfSection section, DataSection data, List<ObjectTable> found) {
    Map<Long, String> pointers = pointers(section);
    Map<String, Long> offsets = offsets(section);
    byte[] content = elf.content(section);
    budget = 3L * content.length + 4096;
    for (Placed placed : data.variables()) {
      if (!(btf.type(placed.variable()) instanceof Variable variable)
          || !(btf.resolve(variable.type()) instanceof Composite struct)) {
        throw invalid("section %s has something that is no struct".formatted(section.name()));
      }
      // clang leaves the offsets of DATASEC to be filled in by the loader; the symbol knows.
      long offset = offsets.getOrDefault(variable.name(), placed.offset());
      long size = btf.size(variable.type());
      if (offset < 0 || offset > content.length - size) {
        throw invalid("table %s is not in its section".formatted(Names.shorten(variable.name())));
      }
      spend(size);
      byte[] value = Arrays.copyOfRange(content, (int) offset, (int) (offset + size));
      found.add(
          new ObjectTable(
              Identifiers.check("struct_ops variable", variable.name()),
              kernelName(struct.name()),
              fields(struct, value, offset, pointers)));
    }
  }

  /** What follows ___ tells apart types of the object that are one to the kernel. */
  private static String kernelName(String struct) {
    int flavour = struct.indexOf("___");
    return flavour < 0 ? struct : struct.substring(0, flavour);
  }

  private List<TableField> fields(
      Composite struct, byte[] value, long offset, Map<Long, String> pointers) {
    List<TableField> fields = new ArrayList<>();
    for (BtfType.Member member : struct.members()) {
      int at = member.bitOffset() / 8;
      long size = btf.size(member.type());
      if (member.bits() != 0 || at < 0 || size < 0 || size > value.length - at) {
        throw invalid("field %s of a table".formatted(Names.shorten(member.name())));
      }
      spend(size);
      String function =
          btf.resolve(member.type()) instanceof Pointer ? pointers.get(offset + at) : null;
      byte[] bytes = Arrays.copyOfRange(value, at, (int) (at + size));
      fields.add(new TableField(member.name(), function, toList(bytes)));
    }
    return List.copyOf(fields);
  }

  private void spend(long size) {
    budget -= 1 + size;
    if (budget < 0) {
      throw invalid("its tables or their fields overlap");
    }
  }

  private static List<Byte> toList(byte[] bytes) {
    List<Byte> list = new ArrayList<>(bytes.length);
    for (byte b : bytes) {
      list.add(b);
    }
    return List.copyOf(list);
  }

  /** Variable by name. */
  private Map<String, Long> offsets(ElfSection section) {
    return elf.symbols().stream()
        .filter(s -> s.type() == ElfSymbol.OBJECT && s.section() == section.index())
        .collect(toMap(ElfSymbol::name, ElfSymbol::value, (first, next) -> first));
  }

  /** Function by offset in the section. */
  private Map<Long, String> pointers(ElfSection section) {
    Map<Long, String> pointers = new HashMap<>();
    elf.section(".rel" + section.name())
        .ifPresent(
            relocations -> {
              ByteBuffer all =
                  ByteBuffer.wrap(elf.content(relocations)).order(ByteOrder.LITTLE_ENDIAN);
              while (all.remaining() >= RELOCATION) {
                long at = all.getLong();
                long symbol = all.getLong() >>> 32;
                if (symbol >= elf.symbols().size()) {
                  throw invalid("a relocation names symbol " + symbol);
                }
                String function = functions.get(place(elf.symbols().get((int) symbol)));
                if (function != null) {
                  pointers.put(at, function);
                }
              }
            });
    return pointers;
  }

  private static Refusal invalid(String what) {
    return new Refusal(Reason.InvalidBtf, "the object's struct_ops cannot be read: " + what);
  }
}
