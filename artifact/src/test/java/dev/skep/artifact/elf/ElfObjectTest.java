package dev.skep.artifact.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.Objects;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is no eBPF object is refused by its name")
class ElfObjectTest {
  private static final int CLASS = 4;
  private static final int BYTE_ORDER = 5;
  private static final int TYPE = 16;
  private static final int MACHINE = 18;
  private static final int SECTION_TABLE = 40;
  private static final int SECTION_COUNT = 60;
  private static final int SECTION_HEADER = 64;
  private static final int SECTION_TYPE = 4;
  private static final int SECTION_OFFSET = 24;
  private static final int SECTION_SIZE = 32;

  private final ByteBuffer object =
      ByteBuffer.wrap(Objects.read("tp")).order(ByteOrder.LITTLE_ENDIAN);

  private Failure refusal(byte[] bytes) {
    return catchThrowableOfType(Refusal.class, () -> ElfObject.read(bytes)).failure();
  }

  private Failure refusal() {
    return refusal(object.array());
  }

  private int lastSection() {
    int count = Short.toUnsignedInt(object.getShort(SECTION_COUNT));
    return (int) object.getLong(SECTION_TABLE) + SECTION_HEADER * (count - 1);
  }

  @Test
  @DisplayName("text, and nothing at all, are not an ELF")
  void notAnElf() {
    Failure text = refusal("#!/bin/sh".getBytes(StandardCharsets.US_ASCII));

    assertThat(text.reason()).isEqualTo(Reason.NotAnElf);
    assertThat(text.message()).startsWith("not an ELF file: it begins with 23 21 2f 62");
    assertThat(refusal(new byte[0]).reason()).isEqualTo(Reason.NotAnElf);
  }

  @Test
  @DisplayName("an object for another machine is told the machine and how to compile")
  void otherMachine() {
    object.putShort(MACHINE, (short) 62);

    assertThat(refusal().reason()).isEqualTo(Reason.WrongMachine);
    assertThat(refusal().message())
        .isEqualTo(
            "the object is for x86-64 (machine 62), not eBPF (247): compile with clang -target"
                + " bpf");
  }

  @Test
  @DisplayName("big-endian and 32-bit objects are told so")
  void otherForms() {
    byte[] bigEndian = object.array().clone();
    bigEndian[BYTE_ORDER] = 2;
    bigEndian[MACHINE] = 0;
    bigEndian[MACHINE + 1] = (byte) 247;
    assertThat(refusal(bigEndian).message()).contains("big-endian").contains("bpfel");
    assertThat(refusal(bigEndian).reason()).isEqualTo(Reason.WrongMachine);

    byte[] small = object.array().clone();
    small[CLASS] = 1;
    assertThat(refusal(small).message()).contains("32-bit");
  }

  @Test
  @DisplayName("an executable is not an object")
  void executable() {
    object.putShort(TYPE, (short) 2);

    assertThat(refusal().reason()).isEqualTo(Reason.NotAnElf);
    assertThat(refusal().message()).contains("clang -c");
  }

  @Test
  @DisplayName("a cut file names the part that is not there")
  void cut() {
    byte[] header = Arrays.copyOf(object.array(), 40);
    assertThat(refusal(header).reason()).isEqualTo(Reason.TruncatedElf);
    assertThat(refusal(header).message()).contains("the ELF header needs 64 bytes");

    object.putLong(SECTION_TABLE, Long.MAX_VALUE);
    assertThat(refusal().reason()).isEqualTo(Reason.TruncatedElf);
    assertThat(refusal().message()).contains("the section table");
  }

  @Test
  @DisplayName("what is larger than any object is not read")
  void large() {
    assertThat(refusal(new byte[ElfObject.MAX_SIZE + 1]).reason()).isEqualTo(Reason.TooLarge);

    object.putShort(SECTION_COUNT, (short) 60000);
    assertThat(refusal().reason()).isEqualTo(Reason.TooLarge);
  }

  @Test
  @DisplayName("sections that share the file's bytes are refused")
  void overlap() {
    int last = lastSection();
    object.putLong(last + SECTION_OFFSET, 0).putLong(last + SECTION_SIZE, object.capacity());

    assertThat(refusal().reason()).isEqualTo(Reason.NotAnElf);
    assertThat(refusal().message())
        .startsWith("the sections of the ELF overlap: they are ")
        .endsWith(" bytes together, the file is " + object.capacity());
  }

  @Test
  @DisplayName("a section that has no bytes in the file is not read, whatever its size")
  void nothingInTheFile() {
    int last = lastSection();
    object.putInt(last + SECTION_TYPE, 0).putLong(last + SECTION_SIZE, Integer.MAX_VALUE);
    ElfObject read = ElfObject.read(object.array());

    assertThat(read.content(read.sections().getLast())).isEmpty();
  }

  @Test
  @DisplayName("names that share their ends cannot name more than twice the table")
  void sharedNames() {
    byte[] table = new byte[5_000];
    Arrays.fill(table, 0, table.length - 1, (byte) 'a');
    StringTable names = new StringTable(table, 0, table.length);

    assertThat(names.at(table.length - 3)).hasValue("aa");
    long found = 0;
    for (int offset = 0; offset < 1000; offset++) {
      found += names.at(offset).isPresent() ? 1 : 0;
    }
    assertThat(found).isBetween(1L, 3L);
    assertThatThrownBy(() -> names.at(table.length).orElseThrow()).isInstanceOf(Exception.class);
  }
}
