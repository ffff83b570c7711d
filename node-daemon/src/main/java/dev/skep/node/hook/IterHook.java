package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Iter;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A walk over things of the kernel: its link's pin is a file, and reading it walks. */
record IterHook(Iter hook, Host host) implements LinkHook {
  /**
   * Walks over the elements of one map: bpf_iter_reg with an attach_target that asks for map_fd.
   */
  private static final Set<String> OF_A_MAP =
      Set.of("bpf_map_elem", "bpf_sk_storage_map", "sockmap");

  private static final String OF_GROUPS = "cgroup";
  private static final String ROOT = "/";

  @Override
  public Optional<Failure> missing() {
    return hook.cgroup() == null ? Optional.empty() : host.cgroups().missing(hook.cgroup());
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    String walks =
        hook.target() != null
            ? hook.target()
            : program.section().substring(program.section().indexOf('/') + 1);
    if (OF_A_MAP.contains(walks) != (hook.map() != null)) {
      throw new Refusal(
          Reason.WrongAttachType,
          hook.map() == null
              ? "iter: " + walks + " walks a map; write iter: {map: NAME}"
              : "iter.map: " + walks + " does not walk a map; leave it out");
    }
    if (hook.cgroup() != null && !walks.equals(OF_GROUPS)) {
      throw new Refusal(
          Reason.WrongAttachType,
          "iter.cgroup: " + walks + " does not walk control groups; leave it out");
    }
    if (hook.map() != null) {
      return List.of(overMap(program, walks));
    }
    return List.of(
        walks.equals(OF_GROUPS) ? overGroups(program) : host.iterators().overAll(program.fd()));
  }

  private Fd overMap(LoadedProgram program, String walks) {
    try (Fd map = program.map(hook.map())) {
      return host.iterators().overMap(program.fd(), map);
    } catch (NativeError e) {
      throw e.errno() == Errno.EINVAL || e.errno() == Errno.EACCES
          ? new Refusal(
              Reason.WrongAttachType,
              "iter.map: %s does not walk maps like %s: its type, or the size of its keys or values, is another one (%s)"
                  .formatted(walks, hook.map(), e.getMessage()),
              e)
          : e;
    }
  }

  /** The kernel knows no beginning of its own (bpf_iter_attach_cgroup). */
  private Fd overGroups(LoadedProgram program) {
    String from = hook.cgroup() == null ? ROOT : hook.cgroup();
    host.cgroups()
        .missing(from)
        .ifPresent(
            failure -> {
              throw failure.toException();
            });
    try (Fd folder = host.libc().open(host.cgroups().folder(from).toString())) {
      return host.iterators().overCgroups(program.fd(), folder);
    }
  }

  /** A link keeps the map that it was made with, and another load may have another one. */
  @Override
  public boolean replacesInPlace() {
    return hook.map() == null;
  }
}
