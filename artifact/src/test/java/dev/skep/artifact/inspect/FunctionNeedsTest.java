package dev.skep.artifact.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfRevisionSpec.Needs;
import dev.skep.artifact.Objects;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FunctionNeedsTest {
  private static final String TASK = "bpf_get_current_task";
  private static final String READ = "bpf_probe_read_kernel";

  private final Map<String, Needs> needs =
      ObjectInspector.inspect(Objects.read("needs")).functionNeeds();

  @Test
  @DisplayName("A function's needs are its own, with those of what it calls")
  void ofEachFunction() {
    assertThat(needs.get("plain"))
        .isEqualTo(
            new Needs(List.of("array"), List.of("bpf_map_lookup_elem"), null, null, true, false));
    assertThat(needs.get("cgroup_storage"))
        .isEqualTo(
            new Needs(
                List.of("cgrp_storage"),
                List.of("bpf_cgrp_storage_get", "bpf_get_current_task_btf"),
                null,
                List.of("css_set.dfl_cgrp", "task_struct.cgroups"),
                true,
                false));
  }

  @Test
  @DisplayName("Fields are named as C does; what the code asks for first is no need")
  void fields() {
    assertThat(needs.get("missing_field").kernelTypes())
        .containsExactly(
            "signal_struct.nr_threads", "task_struct.no_such_field", "task_struct.signal");
    assertThat(needs.get("missing_field").helpers()).containsExactly(TASK, READ);
    assertThat(needs.get("asks_first").kernelTypes()).isEmpty();
    assertThat(needs.get("missing_field").conditional()).isFalse();
    assertThat(needs.get("by_constant").conditional()).isTrue();
  }

  @Test
  @DisplayName("Functions of the kernel are needed, but for those that the code does without")
  void kfuncs() {
    Needs calls = ObjectInspector.inspect(Objects.read("kfunc")).functionNeeds().get("calls");
    assertThat(calls.kfuncs()).containsExactly("skep_no_such_kfunc");
    assertThat(calls.kernelBtf()).isTrue();
  }
}
