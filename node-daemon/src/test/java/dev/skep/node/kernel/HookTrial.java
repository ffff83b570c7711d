package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.artifact.inspect.ProgramType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What every hook is to do: attach, fire, stay when the process starts again, run another revision
 * with no event missed, and leave nothing. A kernel that cannot is an assumption in its own words.
 */
final class HookTrial {
  private static final LoadKey FIRST = TestKernel.key("hook", "aaaa");
  private static final LoadKey SECOND = TestKernel.key("hook", "bbbb");

  private final TestKernel test;
  private final String object;
  private final String function;
  private final Hook hook;
  private final WantedLink wanted;
  private final Runnable event;

  /**
   * @param object below skep.bpf, whose array hits a program adds to
   * @param event makes the hook fire
   */
  HookTrial(TestKernel test, String object, String function, Hook hook, Runnable event) {
    this(test, object, TestKernel.link(function, hook), event);
  }

  /** The same for a target that is not on the host. */
  HookTrial(TestKernel test, String object, WantedLink wanted, Runnable event) {
    this.test = test;
    this.object = object;
    this.function = wanted.function();
    this.hook = wanted.hook();
    this.wanted = wanted;
    this.event = event;
  }

  /** Returns how often, or by how much, the event was counted when it first happened. */
  long fires() {
    there(test, wanted);
    possible(() -> test.kernel().load(request(FIRST)));
    ObservedLink link = possible(() -> test.kernel().attach(FIRST, wanted));
    assertThat(link.alive()).isTrue();
    assertThat(link.target()).isEqualTo(wanted.target());
    long counted = counted(FIRST, "counted by the event");

    assertThat(test.startAgain().observe())
        .singleElement()
        .satisfies(load -> assertThat(load.links()).containsExactly(link));
    counted(FIRST, "counted after the start");

    ObservedLink second = replace(link);
    counted(SECOND, "counted by the second revision");
    test.kernel().detach(second);
    awaitSilence();
    test.kernel().unload(SECOND);
    assertThat(test.kernel().observe()).isEmpty();
    assertThat(test.pins).isEmptyDirectory();
    return counted;
  }

  /** The new one takes over the maps of the old; in place, or new before old. */
  private ObservedLink replace(ObservedLink link) {
    test.kernel().load(request(SECOND, FIRST));
    ObservedLink second;
    if (test.kernel().replacesInPlace(hook)) {
      second = test.kernel().replace(link, SECOND, wanted);
    } else {
      second = test.kernel().attach(SECOND, wanted);
      test.kernel().detach(link);
    }
    test.kernel().unload(FIRST);
    assertThat(test.kernel().observe())
        .singleElement()
        .satisfies(load -> assertThat(load.links()).containsExactly(second));
    return second;
  }

  /** The kernel frees a link a little after its last pin is gone. */
  private void awaitSilence() {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              long left = test.count(SECOND, "hits");
              event.run();
              return test.count(SECOND, "hits") == left;
            });
  }

  private long counted(LoadKey key, String what) {
    long before = test.count(key, "hits");
    event.run();
    long by = test.count(key, "hits") - before;
    assertThat(by).as(what).isPositive();
    return by;
  }

  private LoadRequest request(LoadKey key, LoadKey... reuse) {
    return request(object, function, hook, key, reuse);
  }

  /** A load of one function for its target. */
  static LoadRequest request(
      String object, String function, Hook hook, LoadKey key, LoadKey... reuse) {
    LoadRequest r = TestKernel.request(object, key, reuse);
    ProgramType type = r.report().program(function).orElseThrow().type();
    Map<String, String> targets =
        type.targetAtLoad(hook).map(target -> Map.of(function, target)).orElse(Map.of());
    return new LoadRequest(
        key,
        r.object(),
        r.report(),
        Set.of(function),
        targets,
        Map.of(),
        List.of(),
        r.onIncompatibleMap(),
        r.reuse());
  }

  /** The target is there, or the kernel has nothing of its kind. */
  static void there(TestKernel test, WantedLink wanted) {
    Optional<Failure> missing = test.kernel().missing(wanted);
    missing.filter(HookTrial::isOfTheKernel).ifPresent(failure -> abort(failure.message()));
    assertThat(missing).isEmpty();
  }

  /** What this kernel has not is no failure of ours, if we said it. */
  static <T> T possible(Supplier<T> step) {
    try {
      return step.get();
    } catch (Refusal e) {
      if (isOfTheKernel(e.failure())) {
        abort(e.getMessage());
      }
      throw e;
    }
  }

  /** What the kernel has not, allows nobody, or allows not for this target or in this program. */
  private static boolean isOfTheKernel(Failure failure) {
    return switch (failure.reason()) {
      case Incompatible, PermissionDenied -> true;
      case WrongAttachType -> failure.message().contains("where the kernel may sleep");
      default -> false;
    };
  }
}
