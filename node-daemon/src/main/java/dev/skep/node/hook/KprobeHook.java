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

/** Entry or return of a kernel function, or an instruction in it. */
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
    long config = program.section().startsWith("kretprobe") ? source.returnBit() : 0;
    long offset = hook.offset() == null ? 0 : hook.offset();
    var event = new PerfEventAttributes(source.type(), config, 0, false, hook.function(), offset);
    try {
      return List.of(PerfLink.create(host, program.fd(), event, 0));
    } catch (NativeError e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.EINVAL) {
        KernelFunctions.missing(hook.function())
            .ifPresent(
                failure -> {
                  throw failure.toException();
                });
      }
      throw e;
    }
  }
}
