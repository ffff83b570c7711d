package dev.skep.node.target;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a value of a static probe is, as the assembler wrote it: {@code -4@%eax}, {@code
 * 8@-16(%rbp)}, {@code 4@$7} on x86-64; {@code 8@x0}, {@code 8@[sp, 16]}, {@code 4@7} on arm64.
 *
 * @param kind what value and register say
 * @param value the constant itself, or the distance from the register's address
 * @param register where the register stands in the kernel's struct pt_regs, bytes
 * @param signed whether the value may be below zero
 * @param size of the value: 1, 2, 4 or 8 bytes
 */
public record UsdtArgument(Kind kind, long value, int register, boolean signed, int size) {
  /** By the numbers of enum __bpf_usdt_arg_type of libbpf's usdt.bpf.h. */
  public enum Kind {
    CONSTANT,
    REGISTER,
    MEMORY
  }

  // EM_… of elf.h
  private static final int X86_64 = 62;
  private static final int ARM64 = 183;

  private static final Pattern ARGUMENT = Pattern.compile("(-?)([1248])@(.+)");
  private static final String NUMBER = "[-+]?(?:0[xX][0-9a-fA-F]{1,16}|[0-9]{1,19})";

  private static final Pattern X86_CONSTANT = Pattern.compile("\\$(" + NUMBER + ")");
  private static final Pattern X86_REGISTER = Pattern.compile("%([a-z0-9]{2,4})");
  private static final Pattern X86_MEMORY =
      Pattern.compile("(" + NUMBER + ")?\\(%([a-z0-9]{2,4})\\)");
  private static final Pattern ARM_CONSTANT = Pattern.compile("#?(" + NUMBER + ")");
  private static final Pattern ARM_REGISTER = Pattern.compile("([xw][0-9]{1,2}|w?sp)");
  private static final Pattern ARM_MEMORY =
      Pattern.compile("\\[([xw][0-9]{1,2}|sp)(?:, ?#?(" + NUMBER + "))?\\]");

  /** Each register's names by size; the place in the list times eight is where pt_regs has it. */
  private static final List<String> X86_NAMES =
      List.of(
          "r15 r15d r15w r15b",
          "r14 r14d r14w r14b",
          "r13 r13d r13w r13b",
          "r12 r12d r12w r12b",
          "rbp ebp bp bpl",
          "rbx ebx bx bl",
          "r11 r11d r11w r11b",
          "r10 r10d r10w r10b",
          "r9 r9d r9w r9b",
          "r8 r8d r8w r8b",
          "rax eax ax al",
          "rcx ecx cx cl",
          "rdx edx dx dl",
          "rsi esi si sil",
          "rdi edi di dil",
          "",
          "rip eip ip",
          "",
          "",
          "rsp esp sp spl");

  private static final Map<String, Integer> X86_REGISTERS = new HashMap<>();

  static {
    for (int i = 0; i < X86_NAMES.size(); i++) {
      int offset = i * 8;
      Arrays.stream(X86_NAMES.get(i).split(" ")).forEach(n -> X86_REGISTERS.put(n, offset));
    }
  }

  /**
   * Reads one argument.
   *
   * @param machine EM_… of the binary
   * @return empty when it is written in a way that programs cannot follow
   */
  static Optional<UsdtArgument> parse(int machine, String text) {
    Matcher whole = ARGUMENT.matcher(text);
    if (!whole.matches()) {
      return Optional.empty();
    }
    boolean signed = !whole.group(1).isEmpty();
    int size = Integer.parseInt(whole.group(2));
    try {
      return switch (machine) {
        case X86_64 -> x86(whole.group(3), signed, size);
        case ARM64 -> arm(whole.group(3), signed, size);
        default -> Optional.empty();
      };
    } catch (NumberFormatException tooLarge) {
      return Optional.empty();
    }
  }

  private static Optional<UsdtArgument> x86(String place, boolean signed, int size) {
    Matcher constant = X86_CONSTANT.matcher(place);
    Matcher register = X86_REGISTER.matcher(place);
    Matcher memory = X86_MEMORY.matcher(place);
    if (constant.matches()) {
      return constant(constant.group(1), signed, size);
    } else if (register.matches()) {
      return Optional.ofNullable(X86_REGISTERS.get(register.group(1)))
          .map(at -> new UsdtArgument(Kind.REGISTER, 0, at, signed, size));
    } else if (memory.matches()) {
      return Optional.ofNullable(X86_REGISTERS.get(memory.group(2)))
          .map(at -> new UsdtArgument(Kind.MEMORY, number(memory.group(1)), at, signed, size));
    }
    return Optional.empty();
  }

  private static Optional<UsdtArgument> arm(String place, boolean signed, int size) {
    Matcher constant = ARM_CONSTANT.matcher(place);
    Matcher register = ARM_REGISTER.matcher(place);
    Matcher memory = ARM_MEMORY.matcher(place);
    if (constant.matches()) {
      return constant(constant.group(1), signed, size);
    } else if (register.matches()) {
      return armRegister(register.group(1))
          .map(at -> new UsdtArgument(Kind.REGISTER, 0, at, signed, size));
    } else if (memory.matches()) {
      return armRegister(memory.group(1))
          .map(at -> new UsdtArgument(Kind.MEMORY, number(memory.group(2)), at, signed, size));
    }
    return Optional.empty();
  }

  private static Optional<UsdtArgument> constant(String number, boolean signed, int size) {
    return Optional.of(new UsdtArgument(Kind.CONSTANT, number(number), 0, signed, size));
  }

  /** x0 to x30, then sp. */
  private static Optional<Integer> armRegister(String name) {
    int number = name.endsWith("sp") ? 31 : Integer.parseInt(name.substring(1));
    return number > 31 || (number == 31 && !name.endsWith("sp"))
        ? Optional.empty()
        : Optional.of(number * 8);
  }

  private static long number(String text) {
    if (text == null) {
      return 0;
    }
    String digits = text.startsWith("+") ? text.substring(1) : text;
    boolean negative = digits.startsWith("-");
    String plain = negative ? digits.substring(1) : digits;
    long value =
        plain.startsWith("0x") || plain.startsWith("0X")
            ? Long.parseUnsignedLong(plain.substring(2), 16)
            : Long.parseLong(plain);
    return negative ? -value : value;
  }
}
