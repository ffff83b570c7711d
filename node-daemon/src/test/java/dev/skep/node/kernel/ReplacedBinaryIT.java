package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.only;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.artifact.process.Command;
import dev.skep.node.plan.Desired;
import dev.skep.node.plan.Planner;
import dev.skep.node.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A binary of the node that a package manager replaces, or somebody removes. */
class ReplacedBinaryIT {
  private static final LoadKey KEY = key("replaced", "aaaa");

  private final TestKernel test = new TestKernel();
  @TempDir Path folder;
  private Path program;

  @BeforeEach
  void attach() throws IOException {
    program = copy("busybox");
    test.kernel().load(only(request("uprobe", KEY), "on_entry"));
    run(plan());
    Command.run(program.toString(), "true");
    assertThat(test.count(KEY, "hits")).isEqualTo(1);
    assertThat(plan()).isEmpty();
  }

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("another file of the name gets the probe, and the old one loses it after that")
  void replaced() throws IOException {
    Files.move(copy("new"), program, StandardCopyOption.ATOMIC_MOVE);

    List<Step> steps = plan();
    assertThat(steps)
        .satisfiesExactly(
            step -> assertThat(step).isInstanceOf(Step.AttachLink.class),
            step -> assertThat(step).isInstanceOf(Step.DetachLink.class));
    run(steps);
    Command.run(program.toString(), "true");
    assertThat(test.count(KEY, "hits")).isEqualTo(2);
    assertThat(plan()).isEmpty();
  }

  @Test
  @DisplayName("one that was replaced while no daemon ran is seen by the next")
  void replacedMeanwhile() throws IOException {
    Files.move(copy("new"), program, StandardCopyOption.ATOMIC_MOVE);
    test.startAgain();

    run(plan());
    Command.run(program.toString(), "true");
    assertThat(test.count(KEY, "hits")).isEqualTo(2);
  }

  @Test
  @DisplayName("one that is replaced is heard of at once, also behind a link")
  void heardOf() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), program.getFileName());
    CountDownLatch heard = new CountDownLatch(1);
    test.kernel().onTargetsChanged(heard::countDown);
    Uprobe hook = new Uprobe(link.toString(), null, TestContainer.entry());
    List<WantedLink> before = test.kernel().expand("it", "on_entry", Attach.of(hook)).links();

    Files.move(copy("new"), program, StandardCopyOption.ATOMIC_MOVE);

    assertThat(heard.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(test.kernel().expand("it", "on_entry", Attach.of(hook)).links())
        .isNotEqualTo(before);
  }

  @Test
  @DisplayName(
      "one that was removed is missing, in words, and its link does not stay as if it were")
  void removed() throws IOException {
    Files.delete(program);

    WantedLink gone = wanted();
    Failure missing = test.kernel().missing(gone).orElseThrow();
    assertThat(missing.reason()).isEqualTo(Reason.BinaryNotFound);
    assertThat(missing.message()).contains(program.toString(), "does not exist on this node");
    assertThat(plan()).anySatisfy(step -> assertThat(step).isInstanceOf(Step.DetachLink.class));
  }

  @Test
  @DisplayName("one that was written in place is looked at again")
  void written() throws IOException {
    WantedLink before = wanted();
    Files.setLastModifiedTime(program, FileTime.fromMillis(1));
    assertThat(wanted()).isNotEqualTo(before);
    assertThat(wanted().target()).isEqualTo(before.target());
  }

  private Path copy(String name) throws IOException {
    Path copy = Files.copy(Path.of(TestContainer.PROGRAM), folder.resolve(name));
    copy.toFile().setExecutable(true);
    return copy;
  }

  private WantedLink wanted() {
    Uprobe hook = new Uprobe(program.toString(), null, TestContainer.entry());
    return test.kernel().expand("it", "on_entry", Attach.of(hook)).links().getFirst();
  }

  private List<Step> plan() {
    Desired desired = new Desired(KEY, Set.of("on_entry"), List.of(wanted()));
    return Planner.plan(
        Optional.of(desired),
        test.kernel().observe(KEY).stream().toList(),
        test.kernel()::replacesInPlace);
  }

  private void run(List<Step> steps) {
    for (Step step : steps) {
      switch (step) {
        case Step.AttachLink attach -> test.kernel().attach(attach.key(), attach.link());
        case Step.DetachLink detach -> test.kernel().detach(detach.link());
        default -> throw new AssertionError(step);
      }
    }
  }
}
