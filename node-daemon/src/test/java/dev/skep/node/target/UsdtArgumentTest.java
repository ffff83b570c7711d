package dev.skep.node.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.node.target.UsdtArgument.Kind;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsdtArgumentTest {
  private static final int X86_64 = 62;
  private static final int ARM64 = 183;

  @ParameterizedTest(name = "{1}")
  @DisplayName("Each way in which assemblers write a value's place")
  @CsvSource(
      delimiter = ';',
      value = {
        // struct pt_regs of x86-64: r15 at 0, rbp at 32, rax at 80, rdi at 112, rsp at 152.
        "62; -4@%eax; REGISTER; 0; 80; true; 4",
        "62; 8@%rdi; REGISTER; 0; 112; false; 8",
        "62; 1@%dil; REGISTER; 0; 112; false; 1",
        "62; -4@%r14d; REGISTER; 0; 8; true; 4",
        "62; -8@-64(%rbp); MEMORY; -64; 32; true; 8",
        "62; 8@(%rsp); MEMORY; 0; 152; false; 8",
        "62; 4@0x10(%r15); MEMORY; 16; 0; false; 4",
        "62; -4@$-9; CONSTANT; -9; 0; true; 4",
        "62; 8@$0xffffffffffffffff; CONSTANT; -1; 0; false; 8",
        "183; -4@w1; REGISTER; 0; 8; true; 4",
        "183; 8@x30; REGISTER; 0; 240; false; 8",
        "183; 8@[sp, 60]; MEMORY; 60; 248; false; 8",
        "183; 8@[x19]; MEMORY; 0; 152; false; 8",
        "183; -4@-7; CONSTANT; -7; 0; true; 4",
      })
  void forms(
      int machine, String text, Kind kind, long value, int register, boolean signed, int size) {
    assertThat(UsdtArgument.parse(machine, text))
        .contains(new UsdtArgument(kind, value, register, signed, size));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("What programs cannot follow is none")
  @ValueSource(
      strings = {
        "",
        "8",
        "@",
        "3@%rax",
        "8@%xmm0",
        "8@%rip(",
        "8@8(%rax,%rbx,4)",
        "8@var(%rip)",
        "8@x99",
        "8@$99999999999999999999",
        "8@[x31]",
        "8@",
        "-@%rax",
        "8@$"
      })
  void unknown(String text) {
    assertThat(UsdtArgument.parse(X86_64, text)).isEmpty();
    assertThat(UsdtArgument.parse(ARM64, text)).isEmpty();
  }
}
