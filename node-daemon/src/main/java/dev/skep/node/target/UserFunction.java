package dev.skep.node.target;

import dev.skep.node.target.ElfFile.Symbol;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/** Which functions of a user binary bear a probe. */
final class UserFunction {
  private static final int X86_64 = 62;

  /** The longest instruction of x86. */
  static final int INSTRUCTION = 15;

  /**
   * A return probe puts an address of its own where the function's return address stands. These
   * keep that address and go there once more (what GCC knows as returning twice), or have something
   * else in that place since they are not called; either way the kernel ends the process by SIGILL.
   */
  private static final Set<String> NOT_AT_RETURN =
      Set.of(
          "setjmp",
          "_setjmp",
          "__setjmp",
          "sigsetjmp",
          "__sigsetjmp",
          "__sigsetjmp_cancel",
          "savectx",
          "getcontext",
          "__getcontext",
          "swapcontext",
          "__swapcontext",
          "vfork",
          "__vfork",
          "__libc_vfork",
          "_start",
          "_dl_start",
          "_dl_start_user",
          "__start_context",
          "__restore",
          "__restore_rt");

  private UserFunction() {}

  /** Whether the end of a function of this name cannot be probed without harm. */
  static boolean endsTheProcess(Symbol symbol) {
    String name = symbol.name();
    return NOT_AT_RETURN.contains(name)
        || name.startsWith("_dl_runtime_resolve")
        || name.startsWith("_dl_runtime_profile");
  }

  /**
   * Why an instruction bears no probe, as far as that is certain: is_prefix_bad and the table of
   * good instructions in the kernel's arch/x86/kernel/uprobes.c.
   *
   * @param machine EM_… of the file
   * @param code where the function begins
   */
  static Optional<String> refused(int machine, ByteBuffer code) {
    if (machine != X86_64) {
      return Optional.empty();
    }
    while (code.hasRemaining()) {
      int octet = Byte.toUnsignedInt(code.get());
      switch (octet) {
        case 0xf0 -> {
          return Optional.of("a locked instruction");
        }
        case 0x26, 0x2e, 0x36, 0x3e -> {
          return Optional.of("an instruction with a segment's prefix");
        }
        case 0xcc -> {
          return Optional.of("a breakpoint");
        }
        case 0x6c,
            0x6d,
            0x6e,
            0x6f,
            0xcd,
            0xcf,
            0xe4,
            0xe5,
            0xe6,
            0xe7,
            0xec,
            0xed,
            0xee,
            0xef,
            0xf4,
            0xfa,
            0xfb -> {
          return Optional.of("an instruction that is the kernel's");
        }
        case 0x64, 0x65, 0x66, 0x67, 0xf2, 0xf3 -> {
          // Prefixes that are no hindrance: what follows tells.
        }
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
