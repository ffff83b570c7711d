package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.node.libbpf.Fd;
import java.util.List;
import java.util.Optional;

/** Entry or return of a kernel function through a BTF trampoline, chosen when it was loaded. */
record FentryHook(Attach.Fentry hook, Host host) implements HookType {
  /** Loading looks the function up, and says so when there is none. */
  @Override
  public Optional<Failure> missing() {
    return Optional.empty();
  }

  @Override
  public List<Fd> attach(Fd program, String section) {
    LoadedFor.require("fentry", hook.function(), section);
    return List.of(host.libbpf().openRawTracepoint(null, program));
  }
}
