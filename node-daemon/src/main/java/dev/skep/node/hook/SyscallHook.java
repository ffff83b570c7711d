package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.hook.Syscall;
import java.util.Optional;
import java.util.OptionalInt;

/** A program that runs once for each load: attaching it is running it. */
record SyscallHook(Syscall hook, Host host) implements KeptHook {
  @Override
  public Optional<Failure> missing() {
    return Optional.empty();
  }

  /** Keeps what the program returned. */
  @Override
  public String attach(LoadedProgram program) {
    return Integer.toString(host.programs().run(program.fd()));
  }

  /** That it ran is true for good. */
  @Override
  public OptionalInt attached(String kept, LoadedProgram program) {
    return OptionalInt.of(host.libbpf().programInfo(program.fd()).id());
  }

  @Override
  public void detach(String kept, LoadedProgram program) {}
}
