package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.hook.NeededCapabilities;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Capabilities;
import dev.skep.node.target.Capability;
import java.io.UncheckedIOException;
import java.util.Set;

/** The words for what goes wrong with a link. */
final class AttachFailures {
  private AttachFailures() {}

  /** What became of attaching a link, or of moving it to another load. */
  static RuntimeException refusal(WantedLink wanted, RuntimeException e) {
    return refusal(
        wanted.function(), wanted.target(), NeededCapabilities.toAttach(wanted.hook()), e);
  }

  /**
   * The same of any link.
   *
   * @param needed of root's powers: what of them was not given is the cause where the kernel says
   *     that it is not permitted
   */
  static RuntimeException refusal(
      String function, String target, Set<Capability> needed, RuntimeException e) {
    return switch (e) {
      case Refusal r when r.failure().function() == null ->
          new Refusal(Failure.of(r.failure().reason(), r.failure().message(), function), r);
      case NativeError n -> new Refusal(failure(function, target, needed, n), n);
      case UncheckedIOException io ->
          new Refusal(
              Failure.of(Reason.AttachFailed, target + ": " + io.getMessage(), function), io);
      default -> e;
    };
  }

  private static Failure failure(
      String function, String target, Set<Capability> needed, NativeError e) {
    Failure raw = Failure.of(reason(e), target + ": " + e.getMessage() + meaning(e), function);
    return e.errno() == Errno.EPERM || e.errno() == Errno.EACCES
        ? Capabilities.own()
            .missing(needed)
            .map(words -> Failure.of(Reason.Incompatible, target + " " + words, function))
            .orElse(raw)
        : raw;
  }

  private static Reason reason(NativeError e) {
    return e.errno() == Errno.EPERM ? Reason.PermissionDenied : Reason.AttachFailed;
  }

  private static String meaning(NativeError e) {
    // BPF_TRACE_MAX_PROGS of the kernel's bpf_trace.c.
    return switch (e.errno()) {
      case Errno.E2BIG ->
          ": 64 programs run on this event already, of whoever, and the kernel allows no more";
      case Errno.EEXIST -> ": this program is there already, and the kernel takes one there once";
      default -> "";
    };
  }
}
