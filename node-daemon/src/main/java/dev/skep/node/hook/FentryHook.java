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
    int type =
        switch (program.section().split("[./]", 2)[0]) {
          case "fexit" -> AttachType.TRACE_FEXIT;
          case "fmod_ret" -> AttachType.MODIFY_RETURN;
          default -> AttachType.TRACE_FENTRY;
        };
    return List.of(Trampoline.attach(host, program, type, hook.cookie()));
  }
}
