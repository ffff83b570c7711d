package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.ProbeProgram;
import dev.skep.node.libbpf.Programs;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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
    fires("kprobes", "on_session", new KprobeMulti(null, "do_sys_openat*", null));
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
