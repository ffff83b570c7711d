package dev.skep.artifact.inspect;

import dev.skep.artifact.elf.ElfObject;
import dev.skep.artifact.elf.ElfSection;
import dev.skep.artifact.elf.ElfSymbol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one program's code uses, with the functions that it calls: as libbpf links it, which appends
 * those of .text and of callbacks (libbpf.c, bpf_object__reloc_code).
 */
final class CodeUse {
  private static final int INSTRUCTION = 8;
  private static final byte CALL = (byte) 0x85;
  private static final byte LOAD_64 = 0x18;
  private static final int HELPER = 0;
  private static final int MOST_INSTRUCTIONS = 1 << 23;

  final Set<Integer> helpers = new TreeSet<>();
  final Set<String> maps = new TreeSet<>();

  /** Whether constants are read, whose values may cut code away. */
  boolean readsConstants;

  private final Functions functions;
  private final Set<Start> seen = new HashSet<>();

  private record Start(int section, long offset) {}

  /** An object's code, read once for all of its programs. */
  static final class Functions {
    private final ElfObject elf;
    private final Relocations relocations;
    private final Map<Integer, ByteBuffer> code = new HashMap<>();
    private final Map<Integer, NavigableMap<Long, ElfSymbol>> byStart = new HashMap<>();

    /** Programs may share code: what is read for all of them together is bounded. */
    private int budget = MOST_INSTRUCTIONS;

    Functions(ElfObject elf) {
      this.elf = elf;
      this.relocations = new Relocations(elf);
      for (ElfSection section : elf.sections()) {
        if (section.isCode()) {
          byte[] bytes = elf.content(section);
          code.put(section.index(), ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        }
      }
      for (ElfSymbol symbol : elf.symbols()) {
        if (symbol.type() == ElfSymbol.FUNCTION && code.containsKey(symbol.section())) {
          byStart
              .computeIfAbsent(symbol.section(), s -> new TreeMap<>())
              .put(symbol.value(), symbol);
        }
      }
    }

    /** What a program uses. */
    CodeUse of(ElfSymbol program) {
      CodeUse use = new CodeUse(this);
      use.follow(new Start(program.section(), program.value()));
      return use;
    }

    private String sectionName(int section) {
      return section > 0 && section < elf.sections().size()
          ? elf.sections().get(section).name()
          : "";
    }
  }

  private CodeUse(Functions functions) {
    this.functions = functions;
  }

  /** Whether an instruction is part of it. */
  boolean reaches(String section, long place) {
    return functions
        .elf
        .section(section)
        .map(s -> functions.byStart.get(s.index()))
        .map(starts -> starts.floorEntry(place))
        .filter(e -> place < e.getValue().value() + e.getValue().size())
        .filter(e -> seen.contains(new Start(e.getValue().section(), e.getKey())))
        .isPresent();
  }

  private void follow(Start first) {
    Deque<Start> next = new ArrayDeque<>();
    next.add(first);
    while (!next.isEmpty()) {
      Start start = next.poll();
      NavigableMap<Long, ElfSymbol> starts = functions.byStart.get(start.section());
      ElfSymbol function = starts == null ? null : starts.get(start.offset());
      if (function != null && seen.add(start)) {
        read(function, next);
      }
    }
  }

  private void read(ElfSymbol function, Deque<Start> next) {
    ByteBuffer code = functions.code.get(function.section());
    long end = Math.min(code.capacity(), function.value() + function.size());
    for (long at = function.value(); at >= 0 && at + INSTRUCTION <= end; at += INSTRUCTION) {
      if (functions.budget-- <= 0) {
        return;
      }
      int here = (int) at;
      byte operation = code.get(here);
      if (operation == CALL) {
        call(function.section(), at, Byte.toUnsignedInt(code.get(here + 1)) >>> 4, code, next);
      } else if (operation == LOAD_64) {
        load(function.section(), at, code, next);
        // Its second half is the upper half of a number, and no instruction.
        at += INSTRUCTION;
      }
    }
  }

  private void call(int section, long at, int source, ByteBuffer code, Deque<Start> next) {
    int immediate = code.getInt((int) at + 4);
    ElfSymbol symbol = functions.relocations.at(section, at).orElse(null);
    if (source == HELPER) {
      if (helpers.size() < HelperNames.MOST) {
        helpers.add(immediate);
      }
    } else if (symbol == null) {
      next.add(new Start(section, at + (immediate + 1L) * INSTRUCTION));
    } else {
      next.add(new Start(symbol.section(), symbol.value() + (immediate + 1L) * INSTRUCTION));
    }
  }

  private void load(int section, long at, ByteBuffer code, Deque<Start> next) {
    ElfSymbol symbol = functions.relocations.at(section, at).orElse(null);
    if (symbol == null) {
      return;
    }
    String of = functions.sectionName(symbol.section());
    if (of.equals(".maps")) {
      maps.add(symbol.name());
    } else if (of.startsWith(".rodata") && !of.startsWith(".rodata.str")) {
      readsConstants = true;
    } else if (functions.code.containsKey(symbol.section())) {
      // A callback: its address is what is loaded.
      next.add(new Start(symbol.section(), symbol.value() + code.getInt((int) at + 4)));
    }
  }
}
