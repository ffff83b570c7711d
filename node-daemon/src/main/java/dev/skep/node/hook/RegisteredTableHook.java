package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.hook.StructOps;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import java.util.Optional;
import java.util.OptionalInt;

/** A table of functions that the kernel calls, registered by its map: before Linux 6.4. */
record RegisteredTableHook(StructOps hook, Host host) implements KeptHook {
  @Override
  public Optional<Failure> missing() {
    return Optional.empty();
  }

  @Override
  public String attach(LoadedProgram program) {
    try (Fd map = program.map(hook.map())) {
      if (!host.tables().registered(map)) {
        Tables.fill(host, hook, program, map);
      }
      return hook.map();
    } catch (NativeError e) {
      throw Tables.explained(hook, e);
    }
  }

  @Override
  public OptionalInt attached(String kept, LoadedProgram program) {
    try (Fd map = program.map(hook.map())) {
      return host.tables().registered(map)
          ? OptionalInt.of(host.libbpf().programInfo(program.fd()).id())
          : OptionalInt.empty();
    }
  }

  @Override
  public boolean replacesInPlace() {
    return true;
  }

  /**
   * Two tables cannot have one name, so the old one goes first: what uses it goes on with it, and
   * what comes in between finds none.
   */
  @Override
  public void replace(String kept, LoadedProgram old, LoadedProgram by) {
    detach(kept, old);
    attach(by);
  }

  @Override
  public void detach(String kept, LoadedProgram program) {
    try (Fd map = program.map(hook.map())) {
      host.tables().unregister(map);
    } catch (NativeError e) {
      // Not registered, or on its way out with what still uses it.
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.EINPROGRESS) {
        throw e;
      }
    }
  }
}
