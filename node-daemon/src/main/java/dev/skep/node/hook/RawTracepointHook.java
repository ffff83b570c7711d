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
    boolean typed = program.section().startsWith("tp_btf");
    if (typed) {
      LoadedFor.require("rawTracepoint", hook.name(), program.section());
    }
    try {
      return List.of(host.libbpf().openRawTracepoint(typed ? null : hook.name(), program.fd()));
    } catch (NativeError e) {
      if (e.errno() == Errno.ENOENT && !typed) {
        throw host.tracepoints().rawMissing(hook.name()).toException();
      }
      throw e;
    }
  }
}
