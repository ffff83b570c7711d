package dev.skep.node.kernel;

import static dev.skep.node.kernel.HookTrial.possible;
import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Direction;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.api.v1alpha1.hook.Netfilter;
import dev.skep.api.v1alpha1.hook.Netfilter.Family;
import dev.skep.api.v1alpha1.hook.Netfilter.Point;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.artifact.process.Command;
import dev.skep.node.hook.HookSupport;
import dev.skep.node.libbpf.BpfObject;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Cgroups;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the user reads when the kernel or a target says no, and that nothing is left of it. */
class RefusalIT {
  private static final LoadKey KEY = key("refused", "aaaa");

  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("The verifier's words and the function's name; no pin is left")
  void verifier() {
    Failure failure = refusal(() -> test.kernel().load(request("rejected", KEY)));
    assertThat(failure.reason()).isEqualTo(Reason.VerifierRejected);
    assertThat(failure.function()).isEqualTo("on_openat");
    assertThat(failure.message())
        .startsWith("on_openat: ")
        .contains("map_value_or_null")
        .hasSizeLessThanOrEqualTo(1024);
    assertThat(test.kernel().observe()).isEmpty();
    assertThat(test.pins).isEmptyDirectory();
  }

  @Test
  @DisplayName("Of several functions the one that is wrong is named")
  void verifierNamesTheFunction() {
    assertThat(refusal(() -> test.kernel().load(request("several", KEY))).function())
        .isEqualTo("broken");
  }

  @Test
  @DisplayName("Functions that are not asked for are not loaded")
  void leavesOut() {
    ObservedLoad load =
        test.kernel().load(TestKernel.only(request("several", KEY), "on_openat", "on_packet"));
    assertThat(load.programs()).containsOnlyKeys("on_openat", "on_packet");
  }

  @Test
  @DisplayName("A load for which no descriptor is free may pass by, wherever it runs out of them")
  void noDescriptors() {
    LoadRequest good = request("tp", KEY);
    LoadRequest bad = request("rejected", key("refused", "bbbb"));
    // Whose classes are loaded needs no descriptors.
    test.kernel().load(good);
    test.kernel().unload(KEY);
    refusal(() -> test.kernel().load(bad));
    List<Failure> failures = new ArrayList<>();
    withoutDescriptors(
        held -> {
          while (true) {
            try {
              test.kernel().load(good);
              return;
            } catch (Refusal refusal) {
              failures.add(refusal.failure());
              held.pop().close();
            }
          }
        });
    assertThat(failures).as("of loads that had too few descriptors").isNotEmpty();
    assertThat(failures).allMatch(failure -> failure.reason().retry() == Reason.Retry.TRANSIENT);
  }

  @Test
  @DisplayName(
      "What cannot be tried for want of descriptors is not taken for lacking, then or later")
  void nothingLearnt() {
    KernelProbe known = new KernelProbe(Libbpf.get(), Cgroups.ofThisNode());
    Map<String, Optional<String>> lacking =
        HookSupport.kinds().stream().collect(Collectors.toMap(kind -> kind, known::lacking));
    KernelProbe probe = new KernelProbe(Libbpf.get(), Cgroups.ofThisNode());
    withoutDescriptors(
        _ -> {
          assertThat(probe.makesMaps("hash")).isTrue();
          assertThat(probe.makesMaps("array_of_maps")).isTrue();
          lacking.forEach(
              (kind, why) -> assertThat(probe.lacking(kind)).as(kind).isIn(Optional.empty(), why));
        });
    assertThat(probe.facts()).isEqualTo(test.kernel().facts());
  }

  /**
   * Does something while this process has as many descriptors as it may have, which it can close.
   */
  private static void withoutDescriptors(Consumer<Deque<Fd>> work) {
    String self = Long.toString(ProcessHandle.current().pid());
    String before = Command.run("prlimit", "--pid", self, "--nofile", "-o", "SOFT", "--noheadings");
    Command.run("prlimit", "--pid", self, "--nofile=1024:");
    Deque<Fd> held = new ArrayDeque<>();
    try {
      holdAll(held);
      work.accept(held);
    } finally {
      held.forEach(Fd::close);
      Command.run("prlimit", "--pid", self, "--nofile=" + before.strip() + ":");
    }
  }

  private static void holdAll(Deque<Fd> held) {
    while (true) {
      try {
        held.push(Libc.get().open("/dev/null"));
      } catch (NativeError full) {
        assertThat(full.errno()).isEqualTo(Errno.EMFILE);
        return;
      }
    }
  }

  @Test
  @DisplayName("A map that cannot be made is named")
  void map() {
    LoadRequest r = request("counters", KEY);
    // More than 2^31 entries of a hash: refused before any memory is taken.
    MapOverride tooLarge = MapOverride.ofSize("flows", -1);
    LoadRequest wrong =
        new LoadRequest(
            r.key(),
            r.object(),
            r.report(),
            r.functions(),
            r.globals(),
            List.of(tooLarge),
            r.reuse());
    Failure failure = refusal(() -> test.kernel().load(wrong));
    assertThat(failure.reason()).isEqualTo(Reason.LoadFailed);
    assertThat(failure.message()).startsWith("map \"flows\" cannot be made: ");
    assertThat(test.pins).isEmptyDirectory();
  }

  @Test
  @DisplayName("TracepointNotFound names the kernel and what is near")
  void tracepoint() {
    Failure failure = missing("tp", new Tracepoint("syscalls/sys_enter_opneat"));
    assertThat(failure.reason()).isEqualTo(Reason.TracepointNotFound);
    assertThat(failure.message())
        .isEqualTo(
            "tracepoint syscalls/sys_enter_opneat does not exist on this kernel ("
                + System.getProperty("os.version")
                + "); did you mean syscalls/sys_enter_openat?");
  }

  @Test
  @DisplayName("A raw tracepoint that is not there is found out by attaching")
  void rawTracepoint() {
    test.kernel().load(request("raw_tp", KEY));
    WantedLink wanted = link("on_sys_enter", new RawTracepoint("sys_entre"));
    Failure failure = refusal(() -> test.kernel().attach(KEY, wanted));
    assertThat(failure.reason()).isEqualTo(Reason.TracepointNotFound);
    assertThat(failure.message()).contains("did you mean sys_enter?");
    assertThat(failure.function()).isEqualTo("on_sys_enter");
  }

  @Test
  @DisplayName("A program typed by BTF is loaded for the target that the attachment names")
  void typedRawTracepoint() {
    Hook hook = new RawTracepoint("sys_entre");
    Failure failure =
        refusal(() -> test.kernel().load(HookTrial.request("tp_btf", "on_sys_enter", hook, KEY)));
    assertThat(failure.reason()).isEqualTo(Reason.TracepointNotFound);
    assertThat(failure.function()).isEqualTo("on_sys_enter");
    assertThat(failure.message()).contains("did you mean sys_enter?");
    assertThat(test.kernel().observe()).isEmpty();
  }

  @Test
  @DisplayName("InterfaceNotFound, CgroupNotFound, BinaryNotFound, SymbolNotFound")
  void targets() {
    assertThat(missing("xdp_pass", new Xdp(List.of("nosuch0"), null)).reason())
        .isEqualTo(Reason.InterfaceNotFound);
    assertThat(missing("cgroup_skb", new Cgroup("/no/such")).reason())
        .isEqualTo(Reason.CgroupNotFound);
    assertThat(missing("cgroup_skb", new Cgroup("/../../etc")).reason())
        .isEqualTo(Reason.CgroupNotFound);
    assertThat(missing("uprobe", new Uprobe("/no/such", "f", null)).reason())
        .isEqualTo(Reason.BinaryNotFound);
    test.kernel().load(request("uprobe", KEY));
    WantedLink wanted = link("on_entry", new Uprobe("/bin/bash", "readlin", null));
    Failure failure = refusal(() -> test.kernel().attach(KEY, wanted));
    assertThat(failure.reason()).isEqualTo(Reason.SymbolNotFound);
    assertThat(failure.message()).contains("did you mean readline?");
    assertThat(test.kernel().observe(KEY).orElseThrow().links()).isEmpty();
  }

  @Test
  @DisplayName("Incompatible says why, where the kernel has no kprobes")
  void kprobe() {
    assumeFalse(test.kernel().facts().hooks().contains("kprobe"), "this kernel has kprobes");
    Failure failure = missing("kprobe", new Kprobe("do_sys_openat2", null));
    assertThat(failure.reason()).isEqualTo(Reason.Incompatible);
    assertThat(failure.message()).contains("CONFIG_KPROBE_EVENTS");
  }

  @Test
  @DisplayName("FunctionNotFound names what is near, where the kernel has kprobes")
  void kernelFunction() {
    assumeTrue(test.kernel().facts().hooks().contains("kprobe"), "this kernel has no kprobes");
    test.kernel().load(request("kprobe", KEY));
    WantedLink wanted = link("on_do_sys_openat2", new Kprobe("do_sys_openat3", null));
    Failure failure = refusal(() -> test.kernel().attach(KEY, wanted));
    assertThat(failure.reason()).isEqualTo(Reason.FunctionNotFound);
    assertThat(failure.message()).endsWith("did you mean do_sys_openat2?");
  }

  @Test
  @DisplayName("Incompatible says that the kernel has no TCX, where it has not")
  void tcx() {
    assumeFalse(test.kernel().facts().hooks().contains("tc"), "this kernel has TCX");
    try (TestVeth veth = new TestVeth()) {
      test.kernel().load(request("tc_count", KEY));
      WantedLink wanted = link("on_packet", new Tc(List.of(veth.name), Direction.Ingress));
      Failure failure = refusal(() -> test.kernel().attach(KEY, wanted));
      assertThat(failure.reason()).isEqualTo(Reason.Incompatible);
      assertThat(failure.message()).contains("Linux 6.6");
    }
  }

  @Test
  @DisplayName("Incompatible says why, where the platform refuses fentry")
  void fentry() {
    assumeFalse(test.kernel().facts().hooks().contains("fentry"), "this kernel has fentry");
    Failure failure = refusal(() -> test.kernel().load(request("fentry", KEY)));
    assertThat(failure.reason()).isEqualTo(Reason.Incompatible);
    assertThat(failure.message()).contains(System.getProperty("os.version"));
    assertThat(test.pins).isEmptyDirectory();
  }

  @Test
  @DisplayName("InterfaceBusy names our own program that is there, where two cannot share")
  void busyWithOurs() {
    assumeTrue(
        SeveralXdpIT.LACKING.isPresent(), "this kernel lets several programs share an interface");
    try (TestVeth veth = new TestVeth()) {
      Xdp hook = new Xdp(List.of(veth.name), null);
      LoadKey first = key("first", "aaaa");
      test.kernel().load(request("xdp_count", first));
      test.kernel().attach(first, link("count_packets", hook));
      test.kernel().load(request("xdp_pass", KEY));
      Failure failure = refusal(() -> test.kernel().attach(KEY, link("pass", hook)));
      assertThat(failure.reason()).isEqualTo(Reason.InterfaceBusy);
      assertThat(failure.message())
          .contains("interface " + veth.name + " runs an XDP program already: BpfProgram it/first")
          .contains("freplace");
    }
  }

  @Test
  @DisplayName("InterfaceBusy names a program of another process of Skep's, as of the daemon")
  void busyWithTheDaemons() {
    LoadKey first = key("first", "aaaa");
    try (TestVeth veth = new TestVeth();
        TestKernel daemon = new TestKernel()) {
      Xdp hook = new Xdp(List.of(veth.name), null);
      daemon.kernel().load(request("xdp_count", first));
      daemon.kernel().attach(first, link("count_packets", hook));
      test.kernel().load(request("xdp_pass", KEY));
      Failure failure = refusal(() -> test.kernel().attach(KEY, link("pass", hook)));
      assertThat(failure.reason()).isEqualTo(Reason.InterfaceBusy);
      assertThat(failure.message()).contains("BpfProgram it/first").doesNotContain("not Skep's");
    }
  }

  @Test
  @DisplayName("InterfaceBusy names a foreign program, and leaves it alone")
  void busyWithForeign() {
    try (TestVeth veth = new TestVeth()) {
      Libbpf libbpf = Libbpf.get();
      int ifindex = Libc.get().interfaceIndex(veth.name).orElseThrow();
      try (BpfObject foreign = libbpf.open(TestKernel.object("xdp_pass"), "foreign");
          Fd _ = attachForeign(foreign, ifindex)) {
        int before = libbpf.xdpProgram(ifindex).orElseThrow();
        test.kernel().load(request("xdp_count", KEY));
        WantedLink wanted = link("count_packets", new Xdp(List.of(veth.name), null));
        Failure failure = refusal(() -> test.kernel().attach(KEY, wanted));
        assertThat(failure.reason()).isEqualTo(Reason.InterfaceBusy);
        assertThat(failure.message()).contains("not Skep's").contains("\"pass\", id " + before);
        assertThat(libbpf.xdpProgram(ifindex)).hasValue(before);
      }
    }
  }

  @Test
  @DisplayName(
      "HookBusy where no priority near a netfilter program's is free for its next revision")
  void noPriorityFree() {
    LoadKey others = key("others", "aaaa");
    LoadKey second = key("refused", "bbbb");
    possible(() -> test.kernel().load(request("netfilter", KEY)));
    test.kernel().load(request("netfilter", second));
    test.kernel().load(request("netfilter", others));
    ObservedLink first = test.kernel().attach(KEY, atPriority(700));
    for (int i = 1; i < 8; i++) {
      test.kernel().attach(others, atPriority(700 - i));
      test.kernel().attach(others, atPriority(700 + i));
    }
    ObservedLink moved = test.kernel().replace(first, second, atPriority(700));
    assertThat(moved.alive()).isTrue();
    assertThat(refusal(() -> test.kernel().attach(others, atPriority(700))).message())
        .as("it has its own priority again")
        .contains("BpfProgram it/refused has priority 700 there already");

    test.kernel().attach(others, atPriority(692));
    test.kernel().attach(others, atPriority(708));
    Failure failure = refusal(() -> test.kernel().replace(moved, KEY, atPriority(700)));
    assertThat(failure.reason()).isEqualTo(Reason.HookBusy);
    assertThat(failure.message())
        .contains("all from 692 to 708 are taken")
        .doesNotContain("it/refused");
    assertThat(test.kernel().observe(second).orElseThrow().links()).containsExactly(moved);
  }

  private static WantedLink atPriority(int priority) {
    return link("on_packet", new Netfilter(Family.Ipv6, Point.LocalOut, priority, null));
  }

  private Fd attachForeign(BpfObject object, int ifindex) {
    object.load();
    String pin = test.pins.resolve("foreign").toString();
    Libbpf.get().pin(object.programs().getFirst().fd(), pin);
    try (Fd program = Libbpf.get().open(pin)) {
      return Libbpf.get().createLink(program, ifindex, 37, 0);
    } finally {
      Libc.get().unlink(pin);
    }
  }

  private Failure missing(String object, Hook hook) {
    return test.kernel().missing(link(object, hook)).orElseThrow();
  }

  private static Failure refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(Refusal.class, call).failure();
  }
}
