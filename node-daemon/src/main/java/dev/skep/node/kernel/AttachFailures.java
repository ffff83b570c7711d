package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.hook.NeededCapabilities;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Capabilities;
import java.io.UncheckedIOException;

/** The words for what goes wrong with a link. */
final class AttachFailures {
  private AttachFailures() {}

  /** What became of attaching a link, or of moving it to another load. */
  static RuntimeException refusal(WantedLink wanted, RuntimeException e) {
    return e instanceof NativeError refused && isNotPermitted(refused)
        ? notPermitted(wanted, refused)
        : refusal(wanted.function(), wanted.target(), e);
  }

  /** What of root's powers was not given is the cause; else nobody may. */
  private static Refusal notPermitted(WantedLink wanted, NativeError e) {
    return Capabilities.own()
        .missing(NeededCapabilities.toAttach(wanted.hook()))
        .map(words -> wanted.target() + " " + words + NeededCapabilities.orElse(wanted.hook()))
        .map(words -> Failure.of(Reason.Incompatible, words, wanted.function()))
        .map(failure -> new Refusal(failure, e))
        .orElseGet(() -> new Refusal(failure(wanted.function(), wanted.target(), e), e));
  }

  private static boolean isNotPermitted(NativeError e) {
    return e.errno() == Errno.EPERM || e.errno() == Errno.EACCES;
  }

  /** What became of anything else that was done with a link. */
  static RuntimeException refusal(String function, String target, RuntimeException e) {
    return switch (e) {
      case Refusal r when r.failure().function() == null ->
          new Refusal(Failure.of(r.failure().reason(), r.failure().message(), function), r);
      case NativeError n -> new Refusal(failure(function, target, n), n);
      case UncheckedIOException io ->
          new Refusal(
              Failure.of(Reason.AttachFailed, target + ": " + io.getMessage(), function), io);
      default -> e;
    };
  }

  private static Failure failure(String function, String target, NativeError e) {
    return Failure.of(reason(e), target + ": " + e.getMessage() + meaning(e), function);
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
