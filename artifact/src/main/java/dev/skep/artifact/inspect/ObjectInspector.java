package dev.skep.artifact.inspect;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.Btf;
import dev.skep.artifact.elf.ElfObject;
import dev.skep.artifact.elf.ElfSection;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Finds out what an eBPF object holds, without a kernel and without trust in its bytes. */
public final class ObjectInspector {
  /** What the kernel reads of it; license[128] of kernel/bpf/syscall.c. */
  private static final int LICENCE_BYTES = 128;

  private ObjectInspector() {}

  /**
   * Reads an object of at most {@link ElfObject#MAX_SIZE} bytes.
   *
   * @throws Refusal NotAnElf, TruncatedElf, WrongMachine, TooLarge, NoBtf, InvalidBtf or
   *     InvalidMap; never another exception, whatever the bytes are
   */
  public static ObjectReport inspect(byte[] object) {
    ElfObject elf = ElfObject.read(object);
    Btf btf = Btf.read(elf.content(elf.section(".BTF").orElseThrow(ObjectInspector::noBtf)));
    if (elf.section("maps").isPresent()) {
      throw new Refusal(
          Reason.InvalidMap,
          "the object defines maps in SEC(\"maps\"), which libbpf dropped with 1.0: define them in"
              + " SEC(\".maps\"), with __uint(type, …) and __type(key, …)");
    }
    List<ObjectProgram> programs = Programs.read(elf);
    List<ObjectMap> maps = MapDefinitions.read(btf);
    return new ObjectReport(
        elf.section("license").map(section -> licence(elf, section)).orElse(""),
        programs,
        maps,
        Globals.read(btf, elf),
        FunctionTables.read(btf, elf),
        KernelNeeds.read(elf, btf, programs, maps),
        FunctionNeeds.read(elf, btf, programs, maps),
        btf);
  }

  private static String licence(ElfObject elf, ElfSection section) {
    byte[] bytes = elf.content(section);
    String text =
        new String(bytes, 0, Math.min(bytes.length, LICENCE_BYTES), StandardCharsets.UTF_8);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  private static Refusal noBtf() {
    return new Refusal(
        Reason.NoBtf,
        "the object has no type information (section .BTF): compile it with clang -g, and strip"
            + " only with llvm-strip -g, which keeps it");
  }
}
