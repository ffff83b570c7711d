package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.libbpf.NativeError;
import java.util.List;
import java.util.Optional;

/** One hook with its one target. */
public sealed interface HookType
    permits CgroupHook,
        FentryHook,
        KprobeHook,
        PerfEventHook,
        RawTracepointHook,
        TcHook,
        TracepointHook,
        UprobeHook,
        XdpHook {

  /** Why the target is not there, or empty when it is or only attaching can tell. Cheap. */
  Optional<Failure> missing();

  /** Refuses what has no target, for hooks that would only find out in worse words. */
  default void requireTarget() {
    missing()
        .ifPresent(
            failure -> {
              throw failure.toException();
            });
  }

  /**
   * Attaches a loaded program.
   *
   * @param program its descriptor, which the caller closes
   * @param section its ELF section, which says what no kernel tells of a loaded program: entry or
   *     return, which of a control group's calls
   * @return the links, one for most hooks; the attachment lasts as long as they, or their pins
   * @throws Refusal when the hook knows what is wrong
   * @throws NativeError when it does not
   */
  List<Fd> attach(Fd program, String section);

  /** Whether a link can be given another program, with no event between the two. */
  default boolean replacesInPlace() {
    return false;
  }

  /** Whether a link can be told to detach at once; else it does when its last user is gone. */
  default boolean detachesAtOnce() {
    return false;
  }

  /** Whether its target is found in a network namespace, and in that one only. */
  default boolean isOfNetwork() {
    return false;
  }

  /** Whether a link still has the target that it was made for. */
  default boolean holds(LinkInfo link) {
    return true;
  }
}
