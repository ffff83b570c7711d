package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.target.Capabilities;
import dev.skep.node.target.Capability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AwaitedKernelTest {
  private static final Capabilities ALL = new Capabilities(Set.of(Capability.values()));
  private static final LoadKey KEY = new LoadKey("it", "name", "load");
  private static final Failure NO_BPFFS = Failure.of(Reason.NodeNotReady, "no bpffs is mounted");

  private final SimulatedKernel behind = new SimulatedKernel();
  private Optional<Failure> failure = Optional.of(NO_BPFFS);
  private Optional<RuntimeException> fault = Optional.empty();
  private final AtomicInteger tries = new AtomicInteger();

  private AwaitedKernel awaited(Capabilities capabilities) {
    return new AwaitedKernel(
        () -> {
          tries.incrementAndGet();
          failure.ifPresent(
              f -> {
                throw new Refusal(f);
              });
          fault.ifPresent(
              f -> {
                throw f;
              });
          return behind;
        },
        capabilities);
  }

  @Test
  @DisplayName("until it is ready nothing stands in it, and what acts is refused with the cause")
  void waits() {
    AwaitedKernel kernel = awaited(ALL);
    assertThat(kernel.without()).as("before it was tried").isPresent();
    kernel.look();
    assertThat(kernel.without()).contains(NO_BPFFS);
    assertThat(kernel.observe()).isEmpty();
    kernel.look();
    assertThatThrownBy(() -> kernel.unload(KEY)).hasMessage(NO_BPFFS.message());

    failure = Optional.empty();
    kernel.look();
    assertThat(kernel.without()).isEmpty();
    kernel.look();
    assertThat(tries).hasValue(3);
  }

  @Test
  @DisplayName("while it waits, what else is in the way is what it lacks, and is waited for too")
  void anotherFault() {
    AwaitedKernel kernel = awaited(ALL);
    kernel.look();
    failure = Optional.empty();

    fault = Optional.of(new UncheckedIOException("another daemon runs", new IOException()));
    kernel.look();
    assertThat(kernel.without()).contains(Failure.of(Reason.NodeNotReady, "another daemon runs"));
    fault = Optional.of(new IllegalStateException());
    kernel.look();
    assertThat(kernel.without().orElseThrow().message()).contains("IllegalStateException");

    fault = Optional.empty();
    kernel.look();
    assertThat(kernel.without()).isEmpty();
  }

  @Test
  @DisplayName("who listened before hears of targets afterwards")
  void tells() {
    AwaitedKernel kernel = awaited(ALL);
    AtomicInteger told = new AtomicInteger();
    kernel.onTargetsChanged(told::incrementAndGet);
    failure = Optional.empty();
    kernel.look();

    behind.routeTo(Optional.of("eth0"));
    assertThat(told).hasValue(1);
  }

  @Test
  @DisplayName("a daemon without CAP_BPF stays, says so, and tries nothing in vain")
  void withoutBpf() {
    AwaitedKernel kernel = awaited(new Capabilities(Set.of(Capability.NET_ADMIN)));
    assertThat(kernel.without())
        .hasValueSatisfying(
            f -> {
              assertThat(f.reason()).isEqualTo(Reason.Incompatible);
              assertThat(f.message()).contains("CAP_BPF", "securityContext.capabilities.add");
            });
    kernel.look();
    assertThat(tries).hasValue(0);
  }

  @Test
  @DisplayName("what does not pass by waiting ends the start")
  void other() {
    failure = Optional.of(Failure.of(Reason.Incompatible, "libbpf is missing"));
    assertThatThrownBy(() -> awaited(ALL).look()).hasMessage("libbpf is missing");
    failure = Optional.empty();
    fault = Optional.of(new UncheckedIOException("another daemon runs", new IOException()));
    assertThatThrownBy(() -> awaited(ALL).look()).hasMessage("another daemon runs");
  }
}
