package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.api.v1alpha1.hook.KprobeMulti;
import dev.skep.api.v1alpha1.hook.Lsm;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.UprobeMulti;
import dev.skep.api.v1alpha1.hook.Usdt;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Targets that are not there, or not for this kind of program: what is wrong, and what is near. */
@Tag("kernel")
class TracingRefusalsIT {
  private static final LoadKey KEY = TestKernel.key("refused", "aaaa");

  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("refused: fentry of a function that is not there")
  void fentry() {
    refused(
        "trampolines",
        "on_entry",
        new Fentry("do_sys_opnat2"),
        Reason.FunctionNotFound,
        "did you mean do_sys_openat2?");
  }

  @Test
  @DisplayName("refused: lsm hook that is not there")
  void lsm() {
    refused(
        "trampolines",
        "on_hook",
        new Lsm("file_opn", null),
        Reason.FunctionNotFound,
        "LSM hook file_opn does not exist in this kernel");
  }

  @Test
  @DisplayName("refused: fmod_ret of a function that may not be changed")
  void fmodRet() {
    refused(
        "trampolines",
        "on_result",
        new Fentry("vfs_read"),
        Reason.WrongAttachType,
        "fmod_ret changes only functions that the kernel marks for it");
  }

  @Test
  @DisplayName("refused: fentry, sleepable, where the kernel may not sleep")
  void sleepable() {
    refused(
        "trampolines",
        "on_entry_sleepable",
        new Fentry("vfs_read"),
        Reason.WrongAttachType,
        "a sleepable program attaches only where the kernel may sleep");
  }

  @Test
  @DisplayName("refused: kprobe of a function that is not there")
  void kprobe() {
    refused(
        "kprobe",
        "on_do_sys_openat2",
        new Kprobe("do_sys_opnat2", null),
        Reason.FunctionNotFound,
        "did you mean do_sys_openat2?");
  }

  @Test
  @DisplayName("refused: kretprobe inside a function")
  void kretprobeWithOffset() {
    refused(
        "kprobes",
        "on_return",
        new Kprobe("do_sys_openat2", 1),
        Reason.FunctionNotFound,
        "a return probe needs 0");
  }

  @Test
  @DisplayName("refused: kprobe.multi of a function that is not there")
  void kprobeMulti() {
    refused(
        "kprobes",
        "on_entries",
        new KprobeMulti(List.of("vfs_read", "do_sys_opnat2"), null, null),
        Reason.FunctionNotFound,
        "did you mean do_sys_openat2?");
  }

  @Test
  @DisplayName("refused: kprobe.multi of a pattern that matches nothing")
  void kprobeMultiPattern() {
    refused(
        "kprobes",
        "on_entries",
        new KprobeMulti(null, "no_such_*", null),
        Reason.NoTarget,
        "pattern no_such_* matches no function of this kernel");
  }

  @Test
  @DisplayName("refused: kprobe.multi of a pattern that matches too many")
  void kprobeMultiOfAll() {
    refused(
        "kprobes",
        "on_entries",
        new KprobeMulti(null, "*", null),
        Reason.TooLarge,
        "of which 10000 can be traced at once");
  }

  @Test
  @DisplayName("refused: uprobe.multi of a symbol that is not there")
  void uprobeMulti() {
    refused(
        "uprobes",
        "on_entries",
        new UprobeMulti(EveryHookIT.libc(), List.of("getpid", "getppidd"), null, null, null),
        Reason.SymbolNotFound,
        "did you mean getppid?");
  }

  @Test
  @DisplayName("refused: uprobe.multi of a pattern that matches nothing")
  void uprobeMultiPattern() {
    refused(
        "uprobes",
        "on_entries",
        new UprobeMulti(EveryHookIT.libc(), null, "no_such_*", null, null),
        Reason.NoTarget,
        "pattern no_such_* matches no function of ");
  }

  @Test
  @DisplayName("refused: a cookie of a raw tracepoint, where the kernel knows none (before 6.10)")
  void cookie() {
    Hook hook = new RawTracepoint("sys_enter", 7L);
    test.kernel().load(HookTrial.request("raw_tp", "on_sys_enter", hook, KEY));
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class, () -> test.kernel().attach(KEY, TestKernel.link("on_sys_enter", hook)));
    assumeTrue(refusal != null, "this kernel has cookies there");
    assertThat(refusal.failure().reason()).isEqualTo(Reason.Incompatible);
    assertThat(refusal.failure().message())
        .startsWith("a cookie is not possible here on this kernel")
        .endsWith("Linux 6.10 has it");
  }

  @Test
  @DisplayName("refused: usdt probe that is not there")
  void usdt() {
    String jvm = Path.of(System.getProperty("java.home"), "lib/server/libjvm.so").toString();
    refused(
        "usdt",
        "on_probe",
        new Usdt(jvm, "hotspot", "gc__begn", null, null),
        Reason.SymbolNotFound,
        "did you mean hotspot:gc__begin?");
  }

  private void refused(String object, String function, Hook hook, Reason reason, String words) {
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class,
            () -> {
              test.kernel().load(HookTrial.request(object, function, hook, KEY));
              test.kernel().attach(KEY, TestKernel.link(function, hook));
            });
    assertThat(refusal).as("refused").isNotNull();
    Failure failure = refusal.failure();
    if (failure.reason() == Reason.Incompatible || failure.reason() == Reason.PermissionDenied) {
      abort(failure.message());
    }
    assertThat(failure.reason()).as(failure.message()).isEqualTo(reason);
    assertThat(failure.message()).contains(words);
    assertThat(failure.function()).isEqualTo(function);
    assertThat(test.kernel().observe()).allSatisfy(load -> assertThat(load.links()).isEmpty());
  }
}
