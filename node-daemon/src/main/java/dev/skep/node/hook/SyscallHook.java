package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.hook.Syscall;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.OptionalInt;

/** A program that runs once for each load: attaching it is running it. */
record SyscallHook(Syscall hook, Host host) implements KeptHook {
  private static final Logger LOG = System.getLogger(SyscallHook.class.getName());

  @Override
  public Optional<Failure> missing() {
    return Optional.empty();
  }

  /** Whether it ran to its end nobody can tell after a crash; that it runs again would be worse. */
  @Override
  public Optional<String> keptBefore() {
    return Optional.of("run");
  }

  @Override
  public String attach(LoadedProgram program) {
    int returned = host.programs().run(program.fd());
    LOG.log(
        Level.INFO, "{0} of {1} ran once: {2}", program.function(), program.program(), returned);
    return Integer.toString(returned);
  }

  /** That it ran is true for good. */
  @Override
  public OptionalInt attached(String kept, LoadedProgram program) {
    return OptionalInt.of(host.libbpf().programInfo(program.fd()).id());
  }

  @Override
  public void detach(String kept, LoadedProgram program) {}
}
