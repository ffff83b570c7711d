package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.api.v1alpha1.hook.LsmCgroup;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LoadRequestTest {
  @Test
  @DisplayName("A program is loaded for what its attachment names, where its type asks for that")
  void targets() {
    List<RevisionProgram> programs =
        List.of(
            program("a", "fexit", new Fentry("vfs_read")),
            program("b", "lsm_cgroup", new LsmCgroup("socket_bind", "/", null)),
            program("c", "tp_btf", new RawTracepoint("sys_enter")),
            program("d", "raw_tracepoint", new RawTracepoint("sys_enter")),
            program("e", "kprobe", new Kprobe("vfs_read", null)),
            new RevisionProgram("f", "fentry/vfs_read", "fentry", (Attach) null));
    assertThat(LoadRequest.targets(programs))
        .isEqualTo(Map.of("a", "vfs_read", "b", "socket_bind", "c", "sys_enter"));
  }

  private static RevisionProgram program(String function, String type, Hook hook) {
    return new RevisionProgram(function, type, type, Attach.of(hook));
  }
}
