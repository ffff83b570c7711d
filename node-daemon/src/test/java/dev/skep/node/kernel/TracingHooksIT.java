package dev.skep.node.kernel;

import static dev.skep.node.kernel.HookTrial.possible;
import static dev.skep.node.kernel.HookTrial.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Event;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.api.v1alpha1.hook.KprobeMulti;
import dev.skep.api.v1alpha1.hook.Lsm;
import dev.skep.api.v1alpha1.hook.LsmCgroup;
import dev.skep.api.v1alpha1.hook.PerfEvent;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.artifact.process.Command;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.ProbeProgram;
import dev.skep.node.libbpf.Programs;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way to see what the kernel does; the attachment names the target, and no section does. */
@Tag("hook")
class TracingHooksIT {
  private static final long COOKIE = 1_000_000;

  private static final String CALLABLE = "bpf_fentry_test1";

  // linux/bpf.h
  private static final int TRACING = 26;
  private static final int TRACE_FENTRY = 24;

  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("tracepoint, cookie")
  void tracepointCookie() {
    givesCookie(
        "tracepoints", "on_tracepoint", new Tracepoint("syscalls/sys_enter_openat", COOKIE));
  }

  @Test
  @DisplayName("tracepoint, two of one function, told apart by their cookies")
  void twoTracepoints() {
    LoadKey key = TestKernel.key("two", "aaaa");
    Hook enter = new Tracepoint("syscalls/sys_enter_openat", 1L);
    Hook exit = new Tracepoint("syscalls/sys_exit_openat", COOKIE);
    test.kernel().load(HookTrial.request("tracepoints", "on_tracepoint", enter, key));
    test.kernel().attach(key, TestKernel.link("on_tracepoint", enter));
    ObservedLink second = test.kernel().attach(key, TestKernel.link("on_tracepoint", exit));
    TestKernel.openAFile();
    assertThat(test.count(key, "hits") % COOKIE).as("entries").isPositive();
    assertThat(test.count(key, "hits") / COOKIE).as("exits").isPositive();
    assertThat(test.startAgain().observe(key).orElseThrow().links()).hasSize(2);
    test.kernel().detach(second);
    assertThat(test.kernel().observe(key).orElseThrow().links()).hasSize(1);
  }

  @Test
  @DisplayName("raw tracepoint, cookie")
  void rawTracepointCookie() {
    givesCookie("tracepoints", "on_raw_tracepoint", new RawTracepoint("sys_enter", COOKIE));
  }

  @Test
  @DisplayName("raw tracepoint, raw_tp.w")
  void writableRawTracepoint() {
    fires("tracepoints", "on_writable_tracepoint", new RawTracepoint("sys_enter"));
  }

  @Test
  @DisplayName("perf event, cookie")
  void perfEventCookie() {
    Hook hook = new PerfEvent(Event.CpuClock, 999, null, COOKIE);
    assertThat(
            new HookTrial(test, "tracepoints", "on_sample", hook, EveryHookIT::beBusy).fires()
                % COOKIE)
        .isZero();
  }

  @ParameterizedTest(name = "{0}, by a period")
  @DisplayName("perf event")
  @EnumSource(names = {"TaskClock", "PageFaults", "ContextSwitches", "CpuMigrations"})
  void softwareEvents(Event event) {
    boolean isClock = event == Event.TaskClock;
    Hook hook = new PerfEvent(event, null, isClock ? 1_000_000L : 1L);
    new HookTrial(test, "perf_event", "on_sample", hook, TracingHooksIT::moveABusyProcess).fires();
  }

  /** It takes pages, waits, and is told to run on one CPU and then on another. */
  private static void moveABusyProcess() {
    EveryHookIT.beBusy();
    String move = "for cpu in 1 2 1 2; do /bin/busybox taskset -p $cpu $$ && sleep 0.01; done";
    Command.run("bash", "-c", move);
  }

  @Test
  @DisplayName("tp_btf, target named by the attachment")
  void typedRawTracepoint() {
    fires("trampolines", "on_tracepoint", new RawTracepoint("sys_enter"));
  }

  @Test
  @DisplayName("tp_btf, cookie")
  void typedRawTracepointCookie() {
    givesCookie("trampolines", "tracepoint_cookie", new RawTracepoint("sys_enter", COOKIE));
  }

  @Test
  @DisplayName("fentry, target named by the attachment")
  void fentry() {
    fires("trampolines", "on_entry", new Fentry("do_sys_openat2"));
  }

  @Test
  @DisplayName("fentry, cookie")
  void fentryCookie() {
    givesCookie("trampolines", "entry_cookie", new Fentry("do_sys_openat2", COOKIE));
  }

  @Test
  @DisplayName("fentry, sleepable")
  void sleepableFentry() {
    firesWhenCalled("on_entry_sleepable");
  }

  @Test
  @DisplayName("fexit")
  void fexit() {
    fires("trampolines", "on_exit", new Fentry("do_sys_openat2"));
  }

  @Test
  @DisplayName("fexit, sleepable")
  void sleepableFexit() {
    firesWhenCalled("on_exit_sleepable");
  }

  @Test
  @DisplayName("fmod_ret")
  void fmodRet() {
    fires("trampolines", "on_result", new Fentry("security_file_open"));
  }

  @Test
  @DisplayName("fmod_ret, sleepable")
  void sleepableFmodRet() {
    firesWhenCalled("on_result_sleepable");
  }

  @Test
  @DisplayName("lsm")
  void lsm() {
    fires("trampolines", "on_hook", new Lsm("file_open", null));
  }

  @Test
  @DisplayName("lsm, cookie")
  void lsmCookie() {
    givesCookie("trampolines", "hook_cookie", new Lsm("file_open", COOKIE));
  }

  @Test
  @DisplayName("lsm, sleepable")
  void sleepableLsm() {
    fires("trampolines", "on_hook_sleepable", new Lsm("file_open", null));
  }

  @Test
  @DisplayName("lsm_cgroup of the root")
  void lsmCgroup() {
    Hook hook = new LsmCgroup("socket_bind", "/", null);
    new HookTrial(test, "trampolines", "on_hook_of_cgroup", hook, TracingHooksIT::bind).fires();
  }

  @Test
  @DisplayName("lsm_cgroup of a group by a pattern: what is done elsewhere is not seen")
  void lsmCgroupOfOne() {
    try (TestCgroup group = new TestCgroup()) {
      group.make("one");
      seesOnly(test, group, "one", new LsmCgroup("socket_connect", group.path + "/o?e", null));
    }
  }

  @Test
  @DisplayName("lsm_cgroup of a pod: what is done elsewhere is not seen")
  void lsmCgroupOfAPod() {
    TestPods pods = new TestPods();
    String uid = "0b5ff1c1-7d35-4d55-9b53-000000000001";
    pods.running(uid, "it", "web-1", "app", "1".repeat(64));
    try (TestCgroup group = new TestCgroup();
        TestKernel node = new TestKernel(pods)) {
      String pod = "kubepods/besteffort/pod" + uid;
      group.make(pod);
      seesOnly(node, group, pod, new LsmCgroup("socket_connect", null, TestPods.named("it")));
    }
  }

  private static void seesOnly(TestKernel node, TestCgroup group, String below, Hook hook) {
    TestKernel.link("on_hook_of_cgroup", hook);
    WantedLink wanted =
        node.kernel().expand("it", "on_hook_of_cgroup", Attach.of(hook)).links().getFirst();
    Runnable inAndOutside =
        () -> {
          connect(group.folder.resolve(below));
          connect(group.folder);
        };
    assertThat(new HookTrial(node, "trampolines", wanted, inAndOutside).fires()).isOne();
  }

  /** By a process that goes into a control group before. */
  private static void connect(Path group) {
    String join = "echo $$ > " + group.resolve("cgroup.procs");
    Command.run("bash", "-c", join + " && echo > /dev/udp/127.0.0.1/9");
  }

  @Test
  @DisplayName("kprobe, cookie")
  void kprobeCookie() {
    givesCookie("kprobes", "entry_cookie", new Kprobe("do_sys_openat2", null, COOKIE));
  }

  @Test
  @DisplayName("kretprobe")
  void kretprobe() {
    fires("kprobes", "on_return", new Kprobe("do_sys_openat2", null));
  }

  @Test
  @DisplayName("ksyscall")
  void systemCall() {
    fires("kprobes", "on_call", new Kprobe("openat", null));
  }

  @Test
  @DisplayName("kretsyscall")
  void systemCallReturn() {
    fires("kprobes", "on_call_return", new Kprobe("openat", null));
  }

  @Test
  @DisplayName("kprobe.multi, functions by name")
  void kprobeMulti() {
    List<String> functions = List.of("do_sys_openat2", "vfs_read", "do_sys_openat2");
    fires("kprobes", "on_entries", new KprobeMulti(functions, null, null));
  }

  @Test
  @DisplayName("kprobe.multi, functions by a pattern")
  void kprobeMultiPattern() {
    fires("kprobes", "on_entries", new KprobeMulti(null, "vfs_*", null));
  }

  @Test
  @DisplayName("kprobe.multi, cookie")
  void kprobeMultiCookie() {
    givesCookie("kprobes", "entries_cookie", new KprobeMulti(null, "do_sys_open?t2", COOKIE));
  }

  @Test
  @DisplayName("kretprobe.multi")
  void kretprobeMulti() {
    fires("kprobes", "on_returns", new KprobeMulti(null, "do_sys_openat*", null));
  }

  @Test
  @DisplayName("kprobe.session, entry and return")
  void kprobeSession() {
    Hook hook = new KprobeMulti(null, "do_sys_openat*", null);
    long counted =
        new HookTrial(test, "kprobes", "on_session", hook, TestKernel::openAFile).fires();
    assertThat(counted % COOKIE).as("entries").isPositive();
    assertThat(counted / COOKIE).as("returns").isPositive();
  }

  @Test
  @DisplayName("kprobe, inside a function")
  void kprobeInside() {
    fires("kprobe", "on_do_sys_openat2", new Kprobe("do_sys_openat2", behindTheEntry()));
  }

  /** Behind the call of a tracer and a landing pad, where those are: the first that is taken. */
  private int behindTheEntry() {
    LoadKey key = TestKernel.key("inside", "aaaa");
    Hook entry = new Kprobe("do_sys_openat2", null);
    possible(() -> test.kernel().load(request("kprobe", "on_do_sys_openat2", entry, key)));
    for (int offset : new int[] {9, 5, 8}) {
      WantedLink wanted =
          TestKernel.link("on_do_sys_openat2", new Kprobe("do_sys_openat2", offset));
      try {
        test.kernel().detach(possible(() -> test.kernel().attach(key, wanted)));
        test.kernel().unload(key);
        return offset;
      } catch (Refusal inside) {
        assertThat(inside).hasMessageContaining("not where an instruction begins");
      }
    }
    throw new AssertionError("none of its first instructions is taken");
  }

  private void fires(String object, String function, Hook hook) {
    new HookTrial(test, object, function, hook, TestKernel::openAFile).fires();
  }

  private void givesCookie(String object, String function, Hook hook) {
    assertThat(new HookTrial(test, object, function, hook, TestKernel::openAFile).fires() % COOKIE)
        .isZero();
  }

  /** Sleepable programs attach to few functions; this one is there for tests of the kernel. */
  private void firesWhenCalled(String function) {
    Hook hook = new Fentry(CALLABLE);
    new HookTrial(test, "trampolines", function, hook, TracingHooksIT::call).fires();
  }

  /** The kernel calls it when it is told to run a program that was loaded for it. */
  private static void call() {
    Libbpf libbpf = Libbpf.get();
    int id = libbpf.kernelBtfId(CALLABLE, TRACE_FENTRY);
    try (Fd program = libbpf.loadProbe(new ProbeProgram(TRACING, TRACE_FENTRY, id, 0, 0))) {
      Programs.get().run(program);
    }
  }

  private static void bind() {
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
      assertThat(socket.isBound()).isTrue();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
