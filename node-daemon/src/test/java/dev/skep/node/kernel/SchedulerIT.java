package dev.skep.node.kernel;

import static dev.skep.node.kernel.HookTrial.possible;
import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.skep.api.v1alpha1.hook.StructOps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A scheduler, for as long as it is attached, of every process of the machine. */
@Tag("hook")
class SchedulerIT {
  private static final LoadKey KEY = key("scheduler", "aaaa");

  private static final Path NOW = Path.of("/sys/kernel/sched_ext/root");

  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("struct_ops, sleepable: a scheduler, by sched_ext")
  void scheduler() throws IOException {
    assumeThat(NOW).as("the machine's own scheduler").doesNotExist();
    possible(() -> test.kernel().load(request("scheduler", KEY)));
    ObservedLink link = test.kernel().attach(KEY, link("on_begin", new StructOps("plain")));

    assertThat(link.alive()).isTrue();
    assertThat(test.count(KEY, "hits")).isOne();
    assertThat(now()).isEqualTo("skep_it");
    assertThat(test.startAgain().observe(KEY).orElseThrow().links()).containsExactly(link);

    test.kernel().detach(link);
    assertThat(NOW).doesNotExist();
  }

  private static String now() throws IOException {
    return Files.readString(NOW.resolve("ops")).strip();
  }
}
