package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.hook.StructOps;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.libbpf.NativeError;
import java.util.List;
import java.util.Optional;

/** A table of functions that the kernel calls, registered by a link (Linux 6.4). */
record StructOpsHook(StructOps hook, Host host) implements LinkHook {
  @Override
  public Optional<Failure> missing() {
    return Optional.empty();
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    try (Fd map = program.map(hook.map())) {
      fill(program, map);
      return List.of(host.tables().register(map));
    } catch (NativeError e) {
      throw Tables.explained(hook, e);
    }
  }

  /** A map is filled once, and then may be registered many times. */
  private void fill(LoadedProgram program, Fd map) {
    if (!host.tables().filled(map)) {
      Tables.fill(host, hook, program, map);
    }
  }

  @Override
  public boolean replacesInPlace() {
    return true;
  }

  @Override
  public Optional<Fd> update(Fd link, LoadedProgram by) {
    try (Fd map = by.map(hook.map())) {
      fill(by, map);
      host.tables().update(link, map);
      return Optional.empty();
    } catch (NativeError e) {
      throw Tables.explained(hook, e);
    }
  }

  /** The link is to the map, not to a program; its pin moves with the map that it has. */
  @Override
  public boolean runs(LinkInfo link, int program) {
    return link.mapId() != 0;
  }
}
