package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.KprobeMulti;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.KernelFunctions;
import dev.skep.node.target.KernelRelease;
import java.util.List;
import java.util.Optional;

/** Entry, return or both of many kernel functions by one link. */
record KprobeMultiHook(KprobeMulti hook, Host host) implements LinkHook {
  /** Which functions there are takes long to find out: attaching tells. */
  @Override
  public Optional<Failure> missing() {
    return hook.pattern() == null ? Optional.empty() : KernelFunctions.unmatched(hook.pattern());
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    boolean session = program.section().startsWith("kprobe.session");
    List<String> functions =
        hook.pattern() == null
            ? hook.functions().stream().distinct().toList()
            : KernelFunctions.matching(hook.pattern());
    try {
      return List.of(
          host.links()
              .kernelFunctions(
                  program.fd(),
                  session ? AttachType.TRACE_KPROBE_SESSION : AttachType.TRACE_KPROBE_MULTI,
                  program.section().startsWith("kretprobe.multi"),
                  functions,
                  Cookies.of(hook.cookie())));
    } catch (NativeError e) {
      throw explained(session, functions, e);
    }
  }

  private static RuntimeException explained(
      boolean session, List<String> functions, NativeError e) {
    String since = session ? "6.10" : "5.18";
    return switch (e.errno()) {
      case Errno.ESRCH, Errno.ENOENT -> untraceable(functions, e);
      case Errno.EINVAL ->
          KernelRelease.current().isBefore(since)
              ? new Refusal(
                  Reason.Incompatible,
                  "this kernel (%s) has no %s: Linux %s has"
                      .formatted(
                          System.getProperty("os.version"),
                          session ? "kprobe.session" : "kprobe.multi",
                          since),
                  e)
              : e;
      case Errno.EOPNOTSUPP ->
          new Refusal(
              Reason.Incompatible,
              "this kernel (%s) is built without kprobe.multi (CONFIG_FPROBE)"
                  .formatted(System.getProperty("os.version")),
              e);
      default -> e;
    };
  }

  private static RuntimeException untraceable(List<String> functions, NativeError e) {
    return KernelFunctions.missing(functions)
        .<RuntimeException>map(Failure::toException)
        .orElseGet(
            () ->
                new Refusal(
                    Reason.FunctionNotFound,
                    "one of %s cannot be traced: those that can are in"
                            .formatted(Words.several(functions, null))
                        + " /sys/kernel/tracing/available_filter_functions",
                    e));
  }
}
