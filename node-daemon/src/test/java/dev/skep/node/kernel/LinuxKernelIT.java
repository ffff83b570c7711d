package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.hook.Tracepoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A program's life on the real kernel, through a tracepoint. */
@Tag("kernel")
class LinuxKernelIT {
  private static final WantedLink OPENAT =
      link("on_openat", new Tracepoint("syscalls/sys_enter_openat"));

  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("A tracepoint program is loaded, attached, fires, and is found by another process")
  void life() {
    LoadKey key = key("tp", "aaaa");
    ObservedLoad load = test.kernel().load(request("tp", key));
    assertThat(load.programs()).containsOnlyKeys("on_openat");
    assertThat(load.maps())
        .anySatisfy(
            m -> {
              assertThat(m.name()).isEqualTo("hits");
              assertThat(m.type()).isEqualTo("array");
              assertThat(m.bytes()).isPositive();
            });

    ObservedLink link = test.kernel().attach(key, OPENAT);
    assertThat(link.alive()).isTrue();
    long before = test.count(key, "hits");
    TestKernel.openAFile();
    assertThat(test.count(key, "hits")).isGreaterThan(before);

    assertThat(test.startAgain().observe(key).orElseThrow().links()).containsExactly(link);
  }
}
