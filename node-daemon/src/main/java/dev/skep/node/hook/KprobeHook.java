package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libc.PerfEventAttributes;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.EventSource;
import dev.skep.node.target.KernelFunctions;
import java.util.List;
import java.util.Optional;

/** Entry or return of a kernel function or system call, or an instruction in it. */
record KprobeHook(Kprobe hook, Host host) implements LinkHook {
  static final String NOT_BUILT =
      "this kernel ("
          + System.getProperty("os.version")
          + ") is built without kprobes (CONFIG_KPROBE_EVENTS)";

  @Override
  public Optional<Failure> missing() {
    return EventSource.find("kprobe").isPresent()
        ? Optional.empty()
        : Optional.of(Failure.of(Reason.Incompatible, NOT_BUILT));
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    EventSource source =
        EventSource.find("kprobe").orElseThrow(() -> new Refusal(Reason.Incompatible, NOT_BUILT));
    String kind = program.section().split("/", 2)[0];
    String function = kind.endsWith("syscall") ? systemCall(hook.function()) : hook.function();
    long config = kind.startsWith("kret") ? source.returnBit() : 0;
    long offset = hook.offset() == null ? 0 : hook.offset();
    var event = new PerfEventAttributes(source.type(), config, 0, false, function, offset);
    try {
      return List.of(PerfLink.create(host, program.fd(), event, 0, hook.cookie()));
    } catch (NativeError e) {
      throw switch (e.errno()) {
        case Errno.ENOENT, Errno.EINVAL, Errno.EILSEQ -> explained(function, e);
        default -> e;
      };
    }
  }

  /** The function behind a system call has a name that the architecture decides. */
  private static String systemCall(String name) {
    return name.startsWith("__")
        ? name
        : (System.getProperty("os.arch").equals("aarch64") ? "__arm64_sys_" : "__x64_sys_") + name;
  }

  private static RuntimeException explained(String function, NativeError e) {
    return KernelFunctions.missing(function)
        .<RuntimeException>map(Failure::toException)
        .orElseGet(
            () ->
                new Refusal(
                    Reason.FunctionNotFound,
                    "function "
                        + function
                        + " cannot be probed there: it is one that probes themselves need, or the"
                        + " offset is not where an instruction begins (a return probe needs 0)",
                    e));
  }
}
