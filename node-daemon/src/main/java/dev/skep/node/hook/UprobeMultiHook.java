package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.UprobeMulti;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Links.UserPlace;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.KernelRelease;
import dev.skep.node.target.UserBinary;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Many functions of a binary by one link. */
record UprobeMultiHook(UprobeMulti hook, Host host) implements LinkHook {
  /** BPF_TRACE_UPROBE_SESSION, which headers before Linux 6.13 do not name. */
  private static final int SESSION = 57;

  @Override
  public Optional<Failure> missing() {
    return UprobeHook.missing(hook.binary())
        .or(
            () ->
                hook.pattern() == null
                    ? Optional.empty()
                    : new UserBinary(Path.of(hook.binary())).unmatched(hook.pattern()));
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    requireTarget();
    boolean session = program.section().startsWith("uprobe.session");
    boolean atReturn = program.section().startsWith("uretprobe.multi");
    long cookie = Cookies.of(hook.cookie());
    List<UserPlace> places =
        offsets(session || atReturn).stream()
            .map(offset -> new UserPlace(offset, 0, cookie))
            .toList();
    int type = session ? SESSION : AttachType.TRACE_UPROBE_MULTI;
    try {
      return List.of(
          new UserBinary(Path.of(hook.binary()))
              .tryOnce(
                  program.section() + " " + Words.of(hook),
                  () -> link(program, type, atReturn, places)));
    } catch (NativeError e) {
      String since = session ? "6.13" : "6.6";
      boolean older = KernelRelease.current().isBefore(since);
      if (e.errno() == Errno.EOPNOTSUPP || (older && e.errno() == Errno.EINVAL)) {
        throw new Refusal(
            Reason.Incompatible,
            "this kernel (%s) has no %s: Linux %s has"
                .formatted(
                    System.getProperty("os.version"),
                    session ? "uprobe.session" : "uprobe.multi",
                    since),
            e);
      }
      throw e;
    }
  }

  private Fd link(LoadedProgram program, int type, boolean atReturn, List<UserPlace> places) {
    try {
      return host.links().userPlaces(program.fd(), type, atReturn, hook.binary(), places);
    } catch (NativeError e) {
      if (e.errno() != Errno.ENOTSUPP) {
        throw e;
      }
      throw UprobeHook.unprobeable(
          "one of the %d functions of %s that are meant by %s"
              .formatted(
                  places.size(), hook.binary(), Words.several(hook.symbols(), hook.pattern())),
          e);
    }
  }

  private List<Long> offsets(boolean atReturn) {
    UserBinary binary = new UserBinary(Path.of(hook.binary()), atReturn);
    if (hook.pattern() == null) {
      return binary.offsetsOf(hook.symbols());
    }
    return binary.offsetsMatching(hook.pattern());
  }
}
