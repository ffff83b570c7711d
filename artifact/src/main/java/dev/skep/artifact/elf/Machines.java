package dev.skep.artifact.elf;

/** Names of EM_… numbers that somebody may compile for by mistake. */
final class Machines {
  private Machines() {}

  static String name(int machine) {
    return switch (machine) {
      case 0 -> "no machine";
      case 3 -> "x86";
      case 8 -> "MIPS";
      case 20 -> "PowerPC";
      case 21 -> "PowerPC64";
      case 22 -> "s390x";
      case 40 -> "32-bit Arm";
      case 62 -> "x86-64";
      case 183 -> "AArch64";
      case 243 -> "RISC-V";
      case 247 -> "eBPF";
      case 258 -> "LoongArch";
      default -> "another machine";
    };
  }
}
