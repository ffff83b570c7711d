package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.node.libbpf.Fd;
import java.util.List;
import java.util.Optional;

/** Entry or return of a kernel function through a BTF trampoline, chosen when it was loaded. */
record FentryHook(Fentry hook, Host host) implements LinkHook {
  /** Loading looks the function up, and says so when there is none. */
  @Override
  public Optional<Failure> missing() {
    return Optional.empty();
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    LoadedFor.require("fentry", hook.function(), program.section());
    return List.of(host.libbpf().openRawTracepoint(null, program.fd()));
  }
}
