package dev.skep.artifact.inspect;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.Btf;
import dev.skep.artifact.btf.BtfType.DataSection;
import dev.skep.artifact.btf.BtfType.Placed;
import dev.skep.artifact.btf.BtfType.Variable;
import dev.skep.artifact.elf.ElfObject;
import dev.skep.artifact.elf.ElfSection;
import dev.skep.artifact.elf.ElfSymbol;
import dev.skep.artifact.inspect.ObjectReport.ObjectGlobal;
import dev.skep.artifact.text.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The global variables of .rodata, .data, .bss and the sections named after them. */
final class Globals {
  /** A variable's place: section number and name. */
  private record Key(int section, String name) {}

  private final Btf btf;
  private final ElfObject elf;
  private final Map<Key, ElfSymbol> symbols = new HashMap<>();

  private Globals(Btf btf, ElfObject elf) {
    this.btf = btf;
    this.elf = elf;
    for (ElfSymbol symbol : elf.symbols()) {
      if (symbol.type() == ElfSymbol.OBJECT) {
        symbols.putIfAbsent(new Key(symbol.section(), symbol.name()), symbol);
      }
    }
  }

  static List<ObjectGlobal> read(Btf btf, ElfObject elf) {
    Globals globals = new Globals(btf, elf);
    List<ObjectGlobal> found = new ArrayList<>();
    for (var type : btf.types()) {
      if (type instanceof DataSection data && holdsGlobals(data.name())) {
        elf.section(data.name())
            .ifPresent(
                section ->
                    data.variables().forEach(placed -> found.add(globals.global(section, placed))));
      }
    }
    return found;
  }

  private static boolean holdsGlobals(String section) {
    return section.startsWith(".rodata")
        || section.startsWith(".data")
        || section.startsWith(".bss");
  }

  private ObjectGlobal global(ElfSection section, Placed placed) {
    if (!(btf.type(placed.variable()) instanceof Variable variable)) {
      throw new Refusal(
          Reason.InvalidBtf,
          "the object's BTF has something in %s that is no variable".formatted(section.name()));
    }
    // clang leaves the offsets of DATASEC to be filled in by the linker or loader.
    ElfSymbol symbol = symbols.get(new Key(section.index(), variable.name()));
    long offset = symbol == null ? placed.offset() : symbol.value();
    long size = btf.size(variable.type());
    if (offset < 0 || offset > section.size() - size) {
      throw new Refusal(
          Reason.InvalidBtf,
          "global %s is %d bytes at %d of section %s, which has %d"
              .formatted(
                  Names.shorten(variable.name()), size, offset, section.name(), section.size()));
    }
    return new ObjectGlobal(
        variable.name(), section.name(), (int) offset, (int) size, variable.type());
  }
}
