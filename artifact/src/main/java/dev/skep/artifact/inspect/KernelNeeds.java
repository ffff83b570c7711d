package dev.skep.artifact.inspect;

import dev.skep.artifact.btf.Btf;
import dev.skep.artifact.btf.BtfType.DataSection;
import dev.skep.artifact.btf.BtfType.Function;
import dev.skep.artifact.btf.BtfType.Placed;
import dev.skep.artifact.btf.CoreRelocation;
import dev.skep.artifact.elf.ElfObject;
import dev.skep.artifact.elf.ElfSection;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an object asks of the kernel that loads it. It may get by with less: programs that are left
 * out need nothing, and code that asks first (bpf_core_…_exists) is cut where the answer is no.
 *
 * @param programTypes as in {@link ProgramType}
 * @param mapTypes as in {@link ObjectMap#type}
 * @param helpers kernel functions by number, e.g. bpf_map_lookup_elem
 * @param kfuncs kernel functions by name, those that may be missing (weak) too
 * @param kernelTypes kernel types whose layout is looked up at load (CO-RE), e.g. task_struct
 * @param kernelBtf whether the kernel's own types are needed at all
 */
public record KernelNeeds(
    SortedSet<String> programTypes,
    SortedSet<String> mapTypes,
    SortedSet<String> helpers,
    SortedSet<String> kfuncs,
    SortedSet<String> kernelTypes,
    boolean kernelBtf) {
  private static final int INSTRUCTION = 8;
  private static final byte CALL = (byte) 0x85;
  private static final byte LOAD_64 = 0x18;

  public KernelNeeds {
    programTypes = Collections.unmodifiableSortedSet(programTypes);
    mapTypes = Collections.unmodifiableSortedSet(mapTypes);
    helpers = Collections.unmodifiableSortedSet(helpers);
    kfuncs = Collections.unmodifiableSortedSet(kfuncs);
    kernelTypes = Collections.unmodifiableSortedSet(kernelTypes);
  }

  static KernelNeeds read(
      ElfObject elf, Btf btf, List<ObjectProgram> programs, List<ObjectMap> maps) {
    SortedSet<String> programTypes = new TreeSet<>();
    programs.forEach(program -> programTypes.add(program.type().name()));
    SortedSet<String> mapTypes = new TreeSet<>();
    maps.forEach(map -> mapTypes.add(map.type()));
    SortedSet<String> helpers = new TreeSet<>();
    elf.sections().stream()
        .filter(ElfSection::isCode)
        .forEach(section -> addHelpers(elf.content(section), helpers));
    SortedSet<String> kfuncs = kfuncs(btf);
    SortedSet<String> kernelTypes = kernelTypes(elf, btf);
    boolean byTarget = programs.stream().anyMatch(program -> program.type().targetsAtLoad());
    return new KernelNeeds(
        programTypes,
        mapTypes,
        helpers,
        kfuncs,
        kernelTypes,
        byTarget || !kfuncs.isEmpty() || !kernelTypes.isEmpty());
  }

  private static void addHelpers(byte[] code, SortedSet<String> helpers) {
    ByteBuffer instructions = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + INSTRUCTION <= code.length; at += INSTRUCTION) {
      int source = Byte.toUnsignedInt(code[at + 1]) >>> 4;
      if (code[at] == CALL && source == 0 && helpers.size() < HelperNames.MOST) {
        helpers.add(HelperNames.of(instructions.getInt(at + 4)));
      } else if (code[at] == LOAD_64) {
        // Its second half is the upper half of a number, and no instruction.
        at += INSTRUCTION;
      }
    }
  }

  static SortedSet<String> kfuncs(Btf btf) {
    SortedSet<String> names = new TreeSet<>();
    for (var type : btf.types()) {
      if (type instanceof DataSection section && section.name().equals(".ksyms")) {
        for (Placed placed : section.variables()) {
          if (btf.type(placed.variable()) instanceof Function function) {
            names.add(function.name());
          }
        }
      }
    }
    return names;
  }

  /** The places that are adapted to the kernel's types. */
  static List<CoreRelocation> relocations(ElfObject elf) {
    return elf.section(".BTF.ext")
        .map(
            section ->
                CoreRelocation.read(
                    elf.content(section),
                    Btf.names(elf.content(elf.section(".BTF").orElseThrow()))))
        .orElse(List.of());
  }

  private static SortedSet<String> kernelTypes(ElfObject elf, Btf btf) {
    SortedSet<String> names = new TreeSet<>();
    relocations(elf).stream()
        .filter(CoreRelocation::asksTheKernel)
        .forEach(relocation -> names.add(name(btf, relocation.type())));
    return names;
  }

  /** A type's name without the flavour (task_struct___old) that tells versions of it apart. */
  private static String name(Btf btf, int type) {
    String name = btf.resolve(type).name();
    int flavour = name.indexOf("___");
    return flavour > 0 ? name.substring(0, flavour) : name.isEmpty() ? btf.describe(type) : name;
  }
}
