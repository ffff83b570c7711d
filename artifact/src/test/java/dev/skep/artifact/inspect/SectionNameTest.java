package dev.skep.artifact.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.SkLookup;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Uprobe;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("SEC() means what libbpf says it means")
class SectionNameTest {
  @ParameterizedTest(name = "{0}: {1}")
  @DisplayName("one that is misspelt names the one that was meant")
  @CsvSource({
    "tracepont/syscalls/sys_enter_openat, tracepoint/syscalls/sys_enter_openat",
    "xpd, xdp",
    "kprob/tcp_connect, kprobe/tcp_connect",
    "cgroup/conect4, cgroup/connect4",
    "lwt_in,",
  })
  void misspelt(String section, String meant) {
    assertThat(SectionName.nearest(section)).isEqualTo(Optional.ofNullable(meant));
  }

  @ParameterizedTest(name = "{0} is {1}")
  @DisplayName("its beginning is the type")
  @CsvSource({
    "tracepoint/syscalls/sys_enter_open, tracepoint",
    "tp/syscalls/sys_enter_open, tracepoint",
    "raw_tp/sched_switch, raw_tracepoint",
    "raw_tracepoint/sched_switch, raw_tracepoint",
    "raw_tp.w/sched_switch, raw_tracepoint",
    "tp_btf/sched_switch, tp_btf",
    "kprobe/tcp_connect, kprobe",
    "kretprobe/tcp_connect, kretprobe",
    "ksyscall/openat, kprobe",
    "kretsyscall, kretprobe",
    "kprobe.multi/tcp_*, kprobe_multi",
    "fentry.s/tcp_connect, fentry",
    "fexit/tcp_connect, fexit",
    "fmod_ret/tcp_connect, fmod_ret",
    "uprobe.s//bin/bash:readline, uprobe",
    "uretprobe, uretprobe",
    "uprobe.multi//bin/bash:*, uprobe_multi",
    "xdp, xdp",
    "xdp.frags, xdp",
    "xdp/devmap, other",
    "tc, tc",
    "tcx/egress, tc",
    "classifier, tc",
    "action, tc",
    "netkit/peer, netkit",
    "cgroup_skb/ingress, cgroup_skb",
    "cgroup/skb, cgroup_skb",
    "cgroup/connect4, cgroup_sock_addr",
    "cgroup/getpeername6, cgroup_sock_addr",
    "cgroup/sendmsg_unix, cgroup_sock_addr",
    "cgroup/sysctl, cgroup_sysctl",
    "perf_event, perf_event",
    "lsm/file_open, lsm",
    "iter/task, iter",
    "usdt//bin/bash:a:b, usdt",
    "kprobe.session/tcp_*, kprobe_session",
    "uprobe.session//bin/bash:*, uprobe_session",
    "lsm_cgroup/socket_bind, lsm_cgroup",
    "cgroup/getsockopt, cgroup_sockopt",
    "cgroup/dev, cgroup_device",
    "cgroup/sock_create, cgroup_sock",
    "sockops, sock_ops",
    "sk_skb/stream_verdict, sk_skb",
    "sk_msg, sk_msg",
    "sk_lookup, sk_lookup",
    "flow_dissector, flow_dissector",
    "netfilter, netfilter",
    "struct_ops/ssthresh, struct_ops",
    "syscall, syscall",
    "socket, other",
    "tracepointless, other",
    "'', other",
    "?, other"
  })
  void type(String section, ProgramType type) {
    assertThat(SectionName.of(section).type()).isEqualTo(type);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("its end is the target")
  @MethodSource
  void target(String section, Hook hook) {
    assertThat(SectionName.of(section).attach()).isEqualTo(hook == null ? null : Attach.of(hook));
  }

  static Stream<Arguments> target() {
    return Stream.of(
        Arguments.of("tp/a/b", new Tracepoint("a/b")),
        Arguments.of("tracepoint/a", null),
        Arguments.of("tracepoint", null),
        Arguments.of("tp/../b", null),
        Arguments.of("raw_tp/x", new RawTracepoint("x")),
        Arguments.of("tp_btf/x", new RawTracepoint("x")),
        Arguments.of("kprobe/f", new Kprobe("f", null)),
        Arguments.of("kprobe/f+0x10", new Kprobe("f", 16)),
        Arguments.of("kprobe/f+09", null),
        Arguments.of("fentry/f", new Fentry("f")),
        Arguments.of("fexit.s/f", new Fentry("f")),
        Arguments.of("uprobe//bin/bash:readline", new Uprobe("/bin/bash", "readline", null)),
        Arguments.of("uretprobe//bin/x:f+8", new Uprobe("/bin/x", "f", 8L)),
        Arguments.of("uprobe/libc.so.6:malloc", null),
        Arguments.of("cgroup/connect4", null),
        Arguments.of("sk_lookup", new SkLookup(null, null)),
        Arguments.of("flow_dissector", null),
        Arguments.of("xdp", null));
  }

  @Test
  @DisplayName("a leading ? means only when asked for")
  void optional() {
    SectionName section = SectionName.of("?kprobe/f");

    assertThat(section.autoload()).isFalse();
    assertThat(section.name()).isEqualTo("kprobe/f");
    assertThat(section.attach()).isEqualTo(Attach.of(new Kprobe("f", null)));
  }

  @ParameterizedTest
  @DisplayName("The kind of a section is what a kernel has or has not, by one spelling")
  @CsvSource({
    "tp/syscalls/sys_enter_openat,tracepoint",
    "raw_tp.w/x,raw_tracepoint.w",
    "?fentry.s/tcp_connect,fentry",
    "uprobe.s//bin/bash:readline,uprobe.s",
    "uretprobe.multi.s//bin/bash:read*,uretprobe.multi",
    "kprobe.session/tcp_*,kprobe.session",
    "classifier,tc",
    "tcx/egress,tc",
    "netkit/peer,netkit/primary",
    "cgroup_skb/egress,cgroup/skb",
    "cgroup/sock,cgroup/sock_create",
    "cgroup/connect_unix,cgroup/connect_unix",
    "xdp.frags,xdp.frags",
    "sk_skb/stream_verdict,sk_skb/stream_verdict",
    "iter.s/task,iter",
    "syscall,syscall"
  })
  void kind(String section, String kind) {
    assertThat(ProgramType.kind(section)).isEqualTo(kind);
    assertThat(ProgramType.ofSection(kind).hookName())
        .isEqualTo(ProgramType.ofSection(section).hookName());
    assertThat(Since.kind(kind)).isPresent();
  }
}
