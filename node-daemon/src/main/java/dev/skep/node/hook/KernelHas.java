package dev.skep.node.hook;

import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.ProbeProgram;
import dev.skep.node.target.KernelRelease;

/**
 * Which of two ways to attach a kernel has.
 *
 * @param tcx links to an interface's traffic control (6.6); else filters below clsact
 * @param tableLinks links to tables of functions (6.4); else their maps register them
 */
public record KernelHas(boolean tcx, boolean tableLinks) {
  private static final int SCHED_CLS = 3;

  private static final int NO_INTERFACE = Integer.MAX_VALUE;

  static KernelHas ask(Libbpf libbpf) {
    return new KernelHas(attaches(libbpf, AttachType.TCX_EGRESS), linksTables());
  }

  /** By the release: nothing harmless tells, since a map that takes links must first be made. */
  public static boolean linksTables() {
    return !KernelRelease.current().isBefore("6.4");
  }

  /**
   * TCX and netkit are attach types of a program type that is older than they: only a link tells,
   * and one to an interface that is not there does no harm.
   */
  static boolean attaches(Libbpf libbpf, int attachType) {
    try (Fd program = libbpf.loadProbe(new ProbeProgram(SCHED_CLS, 0));
        Fd _ = libbpf.createLink(program, NO_INTERFACE, attachType, 0)) {
      return true;
    } catch (NativeError e) {
      return switch (e.errno()) {
        case Errno.ENODEV -> true;
        // It says nothing of the kernel, and the answer is kept.
        case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM ->
            !KernelRelease.current().isBefore(attachType == AttachType.TCX_EGRESS ? "6.6" : "6.7");
        default -> false;
      };
    }
  }
}
