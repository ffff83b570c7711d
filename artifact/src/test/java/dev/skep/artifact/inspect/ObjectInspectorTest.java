package dev.skep.artifact.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.artifact.Objects;
import dev.skep.artifact.btf.Btf;
import dev.skep.artifact.elf.ElfObject;
import dev.skep.artifact.elf.ElfSection;
import dev.skep.artifact.inspect.ObjectReport.ObjectGlobal;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An object is reported as libbpf would see it")
class ObjectInspectorTest {
  @Test
  @DisplayName("each global function in a section of code is a program, attached as SEC() says")
  void programs() {
    ObjectReport report = ObjectInspector.inspect(Objects.read("several"));

    assertThat(report.programs())
        .extracting(ObjectProgram::function, ObjectProgram::type, ObjectProgram::defaultAttach)
        .containsExactly(
            tuple(
                "on_openat",
                ProgramType.tracepoint,
                Attach.of(new Tracepoint("syscalls/sys_enter_openat"))),
            tuple(
                "on_sys_exit",
                ProgramType.raw_tracepoint,
                Attach.of(new RawTracepoint("sys_exit"))),
            tuple("on_packet", ProgramType.xdp, null),
            tuple(
                "broken",
                ProgramType.tracepoint,
                Attach.of(new Tracepoint("syscalls/sys_enter_openat2"))));
    assertThat(report.licence()).isEqualTo("GPL");
  }

  @Test
  @DisplayName("a table of functions has those that its relocations name, and the values beside")
  void tables() {
    ObjectReport report = ObjectInspector.inspect(Objects.read("congestion"));

    assertThat(report.tables())
        .singleElement()
        .satisfies(
            table -> {
              assertThat(table.name()).isEqualTo("keeps_window");
              assertThat(table.type()).isEqualTo("tcp_congestion_ops");
              assertThat(table.functions())
                  .containsExactly("on_ssthresh", "on_cong_avoid", "on_undo_cwnd", "on_init");
              assertThat(table.fields().getLast().value())
                  .containsExactly((byte) 1, (byte) 0, (byte) 0, (byte) 0);
            });
    assertThat(report.tableOf("on_init")).isPresent();
    assertThat(report.tableOf("other")).isEmpty();
  }

  @Test
  @DisplayName("a map has the type, sizes and BTF types of its definition in .maps")
  void maps() {
    ObjectReport report = ObjectInspector.inspect(Objects.read("counters"));

    assertThat(report.maps())
        .extracting(
            ObjectMap::name,
            ObjectMap::type,
            ObjectMap::keySize,
            ObjectMap::valueSize,
            ObjectMap::maxEntries)
        .containsExactly(
            tuple("flows", "hash", 24, 24, 64L),
            tuple("per_cpu_flows", "lru_percpu_hash", 4, 24, 64L),
            tuple("slots", "array", 4, 8, 4L),
            tuple("per_cpu_slots", "percpu_array", 4, 8, 2L),
            tuple("events", "ringbuf", 0, 0, 4096L));
    ObjectMap flows = report.map("flows").orElseThrow();
    assertThat(report.btf().describe(flows.keyType())).isEqualTo("struct flow_key");
    assertThat(report.btf().fieldNames(flows.valueType()))
        .containsExactly("count", "bytes", "last_delta");
  }

  @Test
  @DisplayName("a global lies where the symbol table says, and has its type as written")
  void globals() {
    ObjectReport report = ObjectInspector.inspect(Objects.read("globals"));

    assertThat(report.globals())
        .filteredOn(g -> g.section().equals(".rodata"))
        .extracting(
            ObjectGlobal::name,
            ObjectGlobal::offset,
            ObjectGlobal::size,
            g -> report.btf().describe(g.type()))
        .contains(
            tuple("enabled", 0, 1, "_Bool"),
            tuple("limit", 12, 4, "__u32"),
            tuple("level", 32, 4, "enum level"),
            tuple("prefix", 36, 16, "char[16]"),
            tuple("ports", 60, 12, "__u32[3]"),
            tuple("peer", 72, 6, "struct address"));
    assertThat(report.global("seen").orElseThrow().section()).isEqualTo(".bss");
    assertThat(report.global("next_id").orElseThrow().section()).isEqualTo(".data");
  }

  @Test
  @DisplayName("functions that others call, and static ones, are no programs")
  void subprograms() {
    ObjectReport report = ObjectInspector.inspect(Objects.read("types"));

    assertThat(report.programs())
        .extracting(ObjectProgram::function, ObjectProgram::type, ObjectProgram::autoload)
        .containsExactly(
            tuple("only_when_asked", ProgramType.tracepoint, false),
            tuple("first", ProgramType.tracepoint, true),
            tuple("second", ProgramType.tracepoint, true),
            tuple("not_attached_by_us", ProgramType.other, true));
    assertThat(report.program("only_when_asked").orElseThrow().section())
        .isEqualTo("tracepoint/syscalls/sys_enter_close");
    assertThat(report.licence()).isEqualTo("Dual BSD/GPL");
  }

  @Test
  @DisplayName("maps of maps and sizes without a type are read too")
  void innerMaps() {
    ObjectReport report = ObjectInspector.inspect(Objects.read("types"));

    assertThat(report.map("outer_map"))
        .hasValueSatisfying(
            outer -> {
              assertThat(outer.type()).isEqualTo("array_of_maps");
              assertThat(outer.valueSize()).isEqualTo(4);
              assertThat(outer.inner().type()).isEqualTo("array");
              assertThat(outer.inner().maxEntries()).isEqualTo(1);
            });
    assertThat(report.global("elsewhere"))
        .hasValueSatisfying(g -> assertThat(g.section()).isEqualTo(".data.elsewhere"));
    assertThat(report.global("hidden"))
        .hasValueSatisfying(g -> assertThat(g.section()).isEqualTo(".data"));
  }

  @Test
  @DisplayName("what the kernel must have is what the code calls and asks for")
  void needs() {
    assertThat(ObjectInspector.inspect(Objects.read("file_opens")).needs())
        .isEqualTo(
            new KernelNeeds(
                names("tracepoint"),
                names("lru_hash"),
                names(
                    "bpf_get_current_comm",
                    "bpf_map_lookup_elem",
                    "bpf_map_update_elem",
                    "bpf_probe_read_user"),
                names(),
                names("trace_event_raw_sys_enter"),
                true));
    assertThat(ObjectInspector.inspect(Objects.read("xdp_pass")).needs())
        .isEqualTo(new KernelNeeds(names("xdp"), names(), names(), names(), names(), false));
  }

  private static SortedSet<String> names(String... names) {
    return new TreeSet<>(List.of(names));
  }

  @Test
  @DisplayName("an object compiled without -g is refused, and told how to compile")
  void noBtf() {
    byte[] object = Objects.read("tp");
    String text = new String(object, StandardCharsets.ISO_8859_1);
    int name = text.indexOf(".BTF\0");
    object[name + 1] = 'X';

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> ObjectInspector.inspect(object))
        .satisfies(e -> assertThat(e.failure().reason()).isEqualTo(Reason.NoBtf))
        .withMessageContaining("clang -g");
  }

  @Test
  @DisplayName("a type that contains itself is refused when it is met, and not followed for ever")
  void selfContained() {
    byte[] object = Objects.read("counters");
    ObjectReport report = ObjectInspector.inspect(object);
    int key = report.map("slots").orElseThrow().keyType();
    byte[] btf = ElfObject.read(object).content(section(object));
    int typedef = typeAt(btf, key);
    ByteBuffer.wrap(btf).order(ByteOrder.LITTLE_ENDIAN).putInt(typedef + 8, key);

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> Btf.read(btf).size(key))
        .satisfies(e -> assertThat(e.failure().reason()).isEqualTo(Reason.InvalidBtf));
  }

  private static ElfSection section(byte[] object) {
    return ElfObject.read(object).section(".BTF").orElseThrow();
  }

  /** Where a typedef begins, found by its name and kind. */
  private static int typeAt(byte[] btf, int id) {
    ByteBuffer bytes = ByteBuffer.wrap(btf).order(ByteOrder.LITTLE_ENDIAN);
    int name = new String(btf, StandardCharsets.ISO_8859_1).indexOf("__u32\0");
    int strings = bytes.getInt(4) + bytes.getInt(16);
    for (int at = bytes.getInt(4); at < strings; at += 4) {
      if (bytes.getInt(at) == name - strings && bytes.getInt(at + 4) >>> 24 == 8) {
        return at;
      }
    }
    throw new AssertionError("no typedef " + id);
  }
}
