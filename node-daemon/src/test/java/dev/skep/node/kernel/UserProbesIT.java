package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.api.v1alpha1.hook.UprobeMulti;
import dev.skep.api.v1alpha1.hook.Usdt;
import dev.skep.artifact.process.Command;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way to see what programs do in user space. */
@Tag("hook")
class UserProbesIT {
  private static final long COOKIE = 1_000_000;

  @TempDir private Path folder;
  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("uprobe, cookie")
  void cookie() {
    givesCookie("entry_cookie", new Uprobe(libc(), "getppid", null, COOKIE, null));
  }

  @Test
  @DisplayName("uprobe, sleepable")
  void sleepable() {
    fires("on_entry_sleepable", new Uprobe(libc(), "getppid", null));
  }

  @Test
  @DisplayName("uretprobe, sleepable")
  void sleepableReturn() {
    fires("on_return_sleepable", new Uprobe(libc(), "getppid", null));
  }

  @Test
  @DisplayName("uprobe, inside a function of a program")
  void inside() {
    Path program = TestProgram.at(folder.resolve("program"));
    Hook hook = new Uprobe(program.toString(), "step", TestProgram.SECOND);
    assertThat(
            new HookTrial(test, "uprobe", "on_entry", hook, () -> Command.run(program.toString()))
                .fires())
        .isOne();
  }

  @Test
  @DisplayName("uprobe.multi, functions by name")
  void multi() {
    List<String> symbols = List.of("getppid", "getpid", "getppid");
    fires("on_entries", new UprobeMulti(libc(), symbols, null, null, null));
  }

  @Test
  @DisplayName("uprobe.multi, functions by a pattern")
  void multiPattern() {
    fires("on_entries", new UprobeMulti(libc(), null, "getp?id", null, null));
  }

  @Test
  @DisplayName("uprobe.multi, cookie")
  void multiCookie() {
    givesCookie("entries_cookie", new UprobeMulti(libc(), null, "getpp*", COOKIE, null));
  }

  @Test
  @DisplayName("uprobe.multi, sleepable")
  void sleepableMulti() {
    fires("on_entries_sleepable", new UprobeMulti(libc(), null, "getpp*", null, null));
  }

  @Test
  @DisplayName("uretprobe.multi")
  void multiReturn() {
    fires("on_returns", new UprobeMulti(libc(), null, "getpp*", null, null));
  }

  @Test
  @DisplayName("uretprobe.multi, sleepable")
  void sleepableMultiReturn() {
    fires("on_returns_sleepable", new UprobeMulti(libc(), null, "getpp*", null, null));
  }

  @Test
  @DisplayName("uprobe.session, entry and return")
  void session() {
    firesTwice("on_session");
  }

  @Test
  @DisplayName("uprobe.session, sleepable")
  void sleepableSession() {
    firesTwice("on_session_sleepable");
  }

  private void firesTwice(String function) {
    Hook hook = new UprobeMulti(libc(), null, "getpp*", null, null);
    long counted = new HookTrial(test, "uprobes", function, hook, EveryHookIT::callGetppid).fires();
    assertThat(counted % COOKIE).as("entries").isPositive();
    assertThat(counted / COOKIE).as("returns").isEqualTo(counted % COOKIE);
  }

  @Test
  @DisplayName("usdt, a static probe of this Java")
  void usdt() {
    probe("on_probe");
  }

  @Test
  @DisplayName("usdt, sleepable")
  void sleepableUsdt() {
    probe("on_probe_sleepable");
  }

  private void probe(String function) {
    String jvm = Path.of(System.getProperty("java.home"), "lib/server/libjvm.so").toString();
    Hook hook = new Usdt(jvm, "hotspot", "gc__begin", 7L, null);
    new HookTrial(test, "usdt", function, hook, System::gc).fires();
  }

  private void fires(String function, Hook hook) {
    new HookTrial(test, "uprobes", function, hook, EveryHookIT::callGetppid).fires();
  }

  private void givesCookie(String function, Hook hook) {
    assertThat(
            new HookTrial(test, "uprobes", function, hook, EveryHookIT::callGetppid).fires()
                % COOKIE)
        .isZero();
  }

  private static String libc() {
    return EveryHookIT.libc();
  }
}
