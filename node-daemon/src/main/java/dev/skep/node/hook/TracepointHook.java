package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libc.PerfEventAttributes;
import java.util.List;
import java.util.Optional;

/** A tracepoint through its stable record. */
record TracepointHook(Attach.Tracepoint hook, Host host) implements HookType {
  @Override
  public Optional<Failure> missing() {
    return host.tracepoints().missing(hook.name());
  }

  @Override
  public List<Fd> attach(Fd program, String section) {
    long id = host.tracepoints().id(hook.name());
    return List.of(PerfLink.create(host, program, PerfEventAttributes.tracepoint(id), 0));
  }
}
