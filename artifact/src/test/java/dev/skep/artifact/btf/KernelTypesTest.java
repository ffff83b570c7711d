package dev.skep.artifact.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.artifact.Objects;
import dev.skep.artifact.elf.ElfObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KernelTypesTest {
  @Test
  @DisplayName("A few names are found among the types of this kernel, with members and values")
  void kernel() throws IOException {
    Path vmlinux = Path.of("/sys/kernel/btf/vmlinux");
    assumeTrue(Files.isReadable(vmlinux), "this kernel has no BTF");
    KernelTypes types = KernelTypes.ofKernel(Files.readAllBytes(vmlinux));
    var ids = types.ids(List.of("task_struct", "bpf_func_id", "bpf_map_ops", "no_such_type"));
    assertThat(ids).containsOnlyKeys("task_struct", "bpf_func_id", "bpf_map_ops");
    int task =
        ids.get("task_struct").stream()
            .filter(id -> types.kind(id) == KernelTypes.STRUCT)
            .findFirst()
            .orElseThrow();
    assertThat(types.member(task, "pid")).isPresent();
    assertThat(types.member(task, "no_such_field")).isEmpty();
    int inner = types.member(task, "se").orElseThrow();
    assertThat(types.member(inner, "exec_start")).isPresent();
    int helpers = ids.get("bpf_func_id").getFirst();
    assertThat(types.kind(helpers)).isIn(KernelTypes.ENUM, KernelTypes.ENUM64);
    assertThat(types.hasValue(helpers, "BPF_FUNC_map_lookup_elem")).isTrue();
    assertThat(types.hasValue(helpers, "BPF_FUNC_no_such")).isFalse();
  }

  @Test
  @DisplayName("A module's types go on where the kernel's end, and reach back to them")
  void module() {
    ElfObject object = ElfObject.read(Objects.read("types"));
    byte[] btf = object.content(object.section(".BTF").orElseThrow());
    KernelTypes base = KernelTypes.ofKernel(btf);
    int outer = base.ids(List.of("outer")).get("outer").getFirst();
    int names = ByteBuffer.wrap(btf).order(ByteOrder.nativeOrder()).getInt(20);
    byte[] text = "of_module\0part\0".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer module = ByteBuffer.allocate(24 + 24 + text.length).order(ByteOrder.nativeOrder());
    module.putInt(0x0001eb9f).putInt(24).putInt(0).putInt(24).putInt(24).putInt(text.length);
    // struct of_module { struct outer part; }
    module.putInt(names).putInt(4 << 24 | 1).putInt(8);
    module.putInt(names + "of_module\0".length()).putInt(outer).putInt(0).put(text);

    KernelTypes types = base.module(module.array());

    var ids = types.ids(List.of("of_module", "outer"));
    assertThat(ids).containsOnlyKeys("of_module");
    int part = types.member(ids.get("of_module").getFirst(), "part").orElseThrow();
    assertThat(part).isEqualTo(outer);
    assertThat(types.member(part, "inner")).isPresent();
    assertThat(types.member(part, "no_such")).isEmpty();
  }
}
