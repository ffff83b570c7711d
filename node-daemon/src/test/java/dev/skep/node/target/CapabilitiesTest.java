package dev.skep.node.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Reason;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {
  private static final Capabilities USUAL =
      new Capabilities(Set.of(Capability.BPF, Capability.PERFMON, Capability.NET_ADMIN));

  @Test
  @DisplayName("what a process has is read from its effective set")
  void parses() {
    List<String> status =
        List.of("Name:\tskep", "CapPrm:\tffffffffff", "CapEff:\t000000c000001000");
    assertThat(Capabilities.parse(status)).isEqualTo(USUAL);
    assertThat(USUAL.names()).containsExactly("CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN");
  }

  @Test
  @DisplayName("one that was not given is named with the Helm value that gives it")
  void names() {
    assertThat(USUAL.missing(Set.of(Capability.BPF, Capability.SYS_ADMIN)))
        .hasValue(
            "needs CAP_SYS_ADMIN, which this daemon was not given: Helm value"
                + " daemon.capabilities.sysAdmin, or securityContext.capabilities.add");
    assertThat(USUAL.missing(Set.of(Capability.BPF, Capability.NET_ADMIN))).isEmpty();
    assertThat(new Capabilities(Set.of()).missing(Set.of(Capability.PERFMON, Capability.BPF)))
        .hasValue(
            "needs CAP_BPF and CAP_PERFMON, which this daemon was not given:"
                + " securityContext.capabilities.add");
  }

  @Test
  @DisplayName("CAP_SYS_ADMIN stands for CAP_BPF and CAP_PERFMON, as in the kernel, and no other")
  void stands() {
    Capabilities admin = new Capabilities(Set.of(Capability.SYS_ADMIN));
    assertThat(admin.missing(Set.of(Capability.BPF, Capability.PERFMON))).isEmpty();
    assertThat(admin.missing(Set.of(Capability.SYS_PTRACE, Capability.NET_ADMIN))).isPresent();
  }

  @Test
  @DisplayName("a pod without CAP_SYS_PTRACE does not take its own files for the node's")
  void hostsFiles() {
    Path unseen = Path.of("/proc/1/no-such-root");
    assertThat(HostRoot.find(unseen, true, USUAL).hidden())
        .hasValueSatisfying(
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.Incompatible);
              assertThat(failure.message()).contains("CAP_SYS_PTRACE", "sysPtrace");
            });
    assertThat(HostRoot.find(unseen, false, USUAL))
        .isEqualTo(new HostRoot(Path.of("/"), Optional.empty()));
    Capabilities all = new Capabilities(Set.of(Capability.values()));
    assertThat(HostRoot.find(unseen, true, all).hidden())
        .hasValueSatisfying(
            failure ->
                assertThat(failure.message()).contains("does not permit", unseen.toString()));
    assertThat(HostRoot.find(Path.of("/"), true, all).hidden())
        .hasValueSatisfying(failure -> assertThat(failure.message()).contains("hostPID"));
  }
}
