package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.only;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Direction;
import dev.skep.api.v1alpha1.hook.Event;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.api.v1alpha1.hook.PerfEvent;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.api.v1alpha1.hook.XdpMode;
import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each hook: attaches, fires, stays when the process starts again, and leaves nothing. */
@Tag("hook")
class EveryHookIT {
  private static final LoadKey KEY = key("hook", "aaaa");

  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("tracepoint")
  void tracepoint() {
    fires(
        "tp",
        link("on_openat", new Tracepoint("syscalls/sys_enter_openat")),
        "hits",
        TestKernel::openAFile);
  }

  @Test
  @DisplayName("raw tracepoint, raw_tp")
  void rawTracepoint() {
    fires(
        "raw_tp",
        link("on_sys_enter", new RawTracepoint("sys_enter")),
        "hits",
        TestKernel::openAFile);
  }

  @Test
  @DisplayName("raw tracepoint typed by BTF, tp_btf")
  void typedRawTracepoint() {
    fires(
        "tp_btf",
        link("on_sys_enter", new RawTracepoint("sys_enter")),
        "hits",
        TestKernel::openAFile);
  }

  @Test
  @DisplayName("uprobe on a symbol of a library")
  void uprobe() {
    fires(
        "uprobe",
        link("on_entry", new Uprobe(libc(), "getppid", null)),
        "hits",
        EveryHookIT::callGetppid);
  }

  @Test
  @DisplayName("uretprobe on a symbol of a library")
  void uretprobe() {
    fires(
        "uprobe",
        link("on_return", new Uprobe(libc(), "getppid", null)),
        "hits",
        EveryHookIT::callGetppid);
  }

  @Test
  @DisplayName("perf event, one link a CPU")
  void perfEvent() {
    ObservedLink link =
        fires(
            "perf_event",
            link("on_sample", new PerfEvent(Event.CpuClock, 999, null)),
            "hits",
            EveryHookIT::beBusy);
    assertThat(link.linkIds()).hasSize(Runtime.getRuntime().availableProcessors());
  }

  @Test
  @DisplayName("xdp, auto")
  void xdp() {
    try (TestVeth veth = new TestVeth()) {
      fires(
          "xdp_count",
          link("count_packets", new Xdp(List.of(veth.name), null)),
          "packets",
          veth::ping);
    }
  }

  @Test
  @DisplayName("xdp, native")
  void nativeXdp() {
    try (TestVeth veth = new TestVeth()) {
      fires(
          "xdp_count",
          link("count_packets", new Xdp(List.of(veth.name), XdpMode.Native)),
          "packets",
          veth::ping);
    }
  }

  @Test
  @DisplayName("xdp, generic")
  void genericXdp() {
    try (TestVeth veth = new TestVeth()) {
      fires(
          "xdp_count",
          link("count_packets", new Xdp(List.of(veth.name), XdpMode.Generic)),
          "packets",
          veth::ping);
    }
  }

  @Test
  @DisplayName("tc ingress")
  void tcIngress() {
    tc("tc_count", "on_packet", Direction.Ingress);
  }

  @Test
  @DisplayName("tc ingress, SEC(\"tcx/ingress\")")
  void tcxIngress() {
    tc("tcx_count", "on_ingress", Direction.Ingress);
  }

  @Test
  @DisplayName("tc egress, SEC(\"tcx/egress\")")
  void tcEgress() {
    tc("tcx_count", "on_egress", Direction.Egress);
  }

  private void tc(String object, String function, Direction direction) {
    try (TestVeth veth = new TestVeth()) {
      Tc hook = new Tc(List.of(veth.name), direction);
      new HookTrial(test, object, function, hook, veth::ping).fires();
    }
  }

  @Test
  @DisplayName("cgroup_skb of the root")
  void cgroupSkb() {
    fires("cgroup_skb", link("on_egress", new Cgroup("/")), "hits", EveryHookIT::sendADatagram);
  }

  @Test
  @DisplayName("cgroup connect4 of the root")
  void cgroupConnect() {
    fires("cgroup_connect4", link("on_connect4", new Cgroup("/")), "hits", EveryHookIT::connect);
  }

  @Test
  @DisplayName("kprobe")
  void kprobe() {
    fires(
        "kprobe",
        link("on_do_sys_openat2", new Kprobe("do_sys_openat2", null)),
        "hits",
        TestKernel::openAFile);
  }

  @Test
  @DisplayName("fentry")
  void fentry() {
    fires(
        "fentry",
        link("on_do_sys_openat2", new Fentry("do_sys_openat2")),
        "hits",
        TestKernel::openAFile);
  }

  private ObservedLink fires(String object, WantedLink wanted, String map, Runnable event) {
    HookTrial.there(test, wanted);
    HookTrial.possible(() -> test.kernel().load(only(request(object, KEY), wanted.function())));
    ObservedLink link = HookTrial.possible(() -> test.kernel().attach(KEY, wanted));
    assertThat(link.alive()).isTrue();
    assertThat(link.target()).isEqualTo(wanted.target());

    long attached = test.count(KEY, map);
    event.run();
    long fired = test.count(KEY, map);
    assertThat(fired).as("counted by the event").isGreaterThan(attached);

    assertThat(test.startAgain().observe())
        .singleElement()
        .satisfies(load -> assertThat(load.links()).containsExactly(link));
    event.run();
    assertThat(test.count(KEY, map)).as("counted after the start").isGreaterThan(fired);

    test.kernel().detach(link);
    assertThat(test.kernel().observe(KEY).orElseThrow().links()).isEmpty();
    test.kernel().unload(KEY);
    assertThat(test.kernel().observe()).isEmpty();
    assertThat(test.pins).isEmptyDirectory();
    return link;
  }

  /** The libc that this process, and so its children, have mapped. */
  static String libc() {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains("/libc.so.6"))
          .map(line -> line.substring(line.indexOf('/')))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** bash asks for its parent when it starts. */
  static void callGetppid() {
    Command.run("bash", "-c", "true");
  }

  static void beBusy() {
    long until = System.nanoTime() + 50_000_000;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  private static void sendADatagram() {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(new byte[1], 1, InetAddress.getLoopbackAddress(), 9));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Not with Java's own sockets, which are IPv6 ones. */
  private static void connect() {
    Command.run("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/1 || true");
  }
}
