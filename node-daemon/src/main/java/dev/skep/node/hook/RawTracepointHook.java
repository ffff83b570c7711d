package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import java.util.List;
import java.util.Optional;

/** A tracepoint with its raw arguments, or typed by BTF and then chosen when it was loaded. */
record RawTracepointHook(RawTracepoint hook, Host host) implements LinkHook {
  /** tracefs does not list every raw tracepoint: only attaching tells. */
  @Override
  public Optional<Failure> missing() {
    return Optional.empty();
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    String name = program.section().startsWith("tp_btf") ? null : hook.name();
    long cookie = Cookies.of(hook.cookie());
    try {
      return List.of(
          Cookies.attach(
              cookie, "6.10", () -> host.links().rawTracepoint(name, program.fd(), cookie)));
    } catch (NativeError e) {
      if (e.errno() == Errno.ENOENT && name != null) {
        throw host.tracepoints().rawMissing(name).toException();
      }
      throw e;
    }
  }
}
