package dev.skep.artifact.inspect;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.elf.ElfObject;
import dev.skep.artifact.elf.ElfSection;
import dev.skep.artifact.elf.ElfSymbol;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.artifact.text.Names;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The programs: every global function in a section of code but .text, whose functions are only
 * called by others.
 */
final class Programs {
  private static final int INSTRUCTION = 8;

  private Programs() {}

  static List<ObjectProgram> read(ElfObject elf) {
    // A section is looked at once, however many functions it has.
    Map<Integer, SectionName> says = new HashMap<>();
    return elf.symbols().stream()
        .filter(s -> s.type() == ElfSymbol.FUNCTION && !s.isLocal())
        .filter(s -> s.section() > 0 && s.section() < elf.sections().size())
        .filter(s -> isProgram(elf.sections().get(s.section())))
        .sorted(Comparator.comparingInt(ElfSymbol::section).thenComparing(ElfSymbol::value))
        .map(
            s -> {
              ElfSection section = elf.sections().get(s.section());
              return program(
                  section,
                  says.computeIfAbsent(s.section(), n -> SectionName.of(section.name())),
                  s);
            })
        .toList();
  }

  private static boolean isProgram(ElfSection section) {
    return section.isCode() && !section.name().equals(".text");
  }

  private static ObjectProgram program(ElfSection section, SectionName says, ElfSymbol function) {
    String name = Identifiers.check("function", function.name());
    long size = function.size();
    if (function.value() < 0
        || size <= 0
        || size % INSTRUCTION != 0
        || function.value() > section.size() - size) {
      throw new Refusal(
          Reason.TruncatedElf,
          "function %s is %s bytes at %s of section %s, which has %d"
              .formatted(
                  name,
                  Long.toUnsignedString(size),
                  Long.toUnsignedString(function.value()),
                  Names.shorten(section.name()),
                  section.size()));
    }
    return new ObjectProgram(
        name, says.name(), says.type(), says.attach(), says.autoload(), (int) size / INSTRUCTION);
  }
}
