package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.libbpf.NativeError;
import java.util.List;
import java.util.Optional;

/** A hook whose attachments are kernel links: each lasts as long as its descriptor or its pin. */
public sealed interface LinkHook extends HookType
    permits CgroupHook,
        FentryHook,
        IterHook,
        KprobeHook,
        KprobeMultiHook,
        LsmCgroupHook,
        LsmHook,
        NetfilterHook,
        NetnsHook,
        OrderedHook,
        PerfEventHook,
        RawTracepointHook,
        StructOpsHook,
        TracepointHook,
        UprobeHook,
        UprobeMultiHook,
        UsdtHook {

  /**
   * Attaches a loaded program.
   *
   * @return the links, one for most hooks; the attachment lasts as long as they, or their pins
   * @throws Refusal when the hook knows what is wrong
   * @throws NativeError when it does not
   */
  List<Fd> attach(LoadedProgram program);

  /** What it attaches with. */
  Host host();

  /**
   * Lets a link run another program, where that is possible with no event between the two.
   *
   * @return the link that does now, to be closed by the caller; empty when it is the same
   */
  default Optional<Fd> update(Fd link, LoadedProgram by) {
    host().libbpf().updateLink(link, by.fd());
    return Optional.empty();
  }

  /** Whether a link can be told to detach at once; else it does when its last user is gone. */
  default boolean detachesAtOnce() {
    return false;
  }

  /** Whether a link runs a program, by the kernel's id of it. */
  default boolean runs(LinkInfo link, int program) {
    return link.programId() == program;
  }

  /** Whether a link still has the target that it was made for. */
  default boolean holds(LinkInfo link) {
    return true;
  }
}
