package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libc.PerfEventAttributes;
import java.util.List;
import java.util.Optional;

/** A tracepoint through its stable record. */
record TracepointHook(Tracepoint hook, Host host) implements LinkHook {
  @Override
  public Optional<Failure> missing() {
    return host.tracepoints().missing(hook.name());
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    var event = PerfEventAttributes.tracepoint(host.tracepoints().id(hook.name()));
    return List.of(PerfLink.create(host, program.fd(), event, 0, hook.cookie()));
  }
}
