package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Syscall;
import java.util.Optional;
import java.util.OptionalInt;

/** A program that runs once. */
record SyscallHook(Syscall hook, Host host) implements KeptHook {
  @Override
  public Optional<Failure> missing() {
    return Optional.empty();
  }

  @Override
  public String attach(LoadedProgram program) {
    throw new Refusal(Reason.Incompatible, Words.of(hook) + " is not attached by this version");
  }

  @Override
  public OptionalInt attached(String kept, LoadedProgram program) {
    return OptionalInt.empty();
  }

  @Override
  public void detach(String kept, LoadedProgram program) {}
}
