package dev.skep.artifact.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.artifact.Objects;
import dev.skep.artifact.inspect.ObjectReport.ObjectGlobal;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
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
                Attach.of(new Attach.Tracepoint("syscalls/sys_enter_openat"))),
            tuple(
                "on_sys_exit",
                ProgramType.raw_tracepoint,
                Attach.of(new Attach.RawTracepoint("sys_exit"))),
            tuple("on_packet", ProgramType.xdp, null),
            tuple(
                "broken",
                ProgramType.tracepoint,
                Attach.of(new Attach.Tracepoint("syscalls/sys_enter_openat2"))));
    assertThat(report.licence()).isEqualTo("GPL");
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
}
