package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Netfilter;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Network;
import java.util.List;
import java.util.Optional;

/** Packets at a hook of netfilter, among its other functions by priority. */
record NetfilterHook(Netfilter hook, Host host) implements LinkHook {
  // linux/netfilter.h
  private static final int NFPROTO_IPV4 = 2;
  private static final int NFPROTO_IPV6 = 10;

  /**
   * How many priorities away a program may stand for a moment: farther away it would pass more of
   * the others.
   */
  private static final int FARTHEST = 8;

  @Override
  public Optional<Failure> missing() {
    return Optional.empty();
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    try {
      return List.of(attach(program, hook.priority()));
    } catch (NativeError e) {
      throw explained(e);
    }
  }

  private Fd attach(LoadedProgram program, int priority) {
    int family =
        switch (hook.family()) {
          case Ipv4 -> NFPROTO_IPV4;
          case Ipv6 -> NFPROTO_IPV6;
        };
    return host.networkLinks()
        .netfilter(program.fd(), family, hook.hook().ordinal(), priority, hook.defragment());
  }

  private RuntimeException explained(NativeError e) {
    if (isTaken(e)) {
      return new Refusal(Reason.HookBusy, busy(), e);
    }
    return switch (e.errno()) {
      // netfilter/nf_bpf_link.c: the first and the last number; with defragment, -400 and below.
      case Errno.ERANGE, Errno.EINVAL ->
          new Refusal(
              Reason.WrongAttachType,
              Words.of(hook) + ": the kernel does not take this priority (" + e.getMessage() + ")",
              e);
      case Errno.EOPNOTSUPP, Errno.ENOENT ->
          new Refusal(
              Reason.Incompatible,
              Words.of(hook)
                  + ": this kernel ("
                  + System.getProperty("os.version")
                  + ") is built without what it needs ("
                  + e.getMessage()
                  + ")",
              e);
      default -> e;
    };
  }

  /** netfilter/core.c, nf_hook_entries_grow. */
  private static boolean isTaken(NativeError e) {
    return e.errno() == Errno.EBUSY || e.errno() == Errno.EEXIST;
  }

  private String busy() {
    Optional<String> holder = Neighbour.holder(host, Network.own(), this::sharesPlace);
    return "%s: %s has priority %d there already, and the kernel allows no program beside it: choose another one%s"
        .formatted(
            Words.of(hook),
            holder.orElse("something that is not Skep's"),
            hook.priority(),
            holder.isPresent() ? "" : " (bpftool net and nft list hooks show it)");
  }

  private boolean sharesPlace(Hook other) {
    return other instanceof Netfilter netfilter
        && netfilter.family() == hook.family()
        && netfilter.hook() == hook.hook()
        && netfilter.priority().equals(hook.priority());
  }

  @Override
  public boolean replacesInPlace() {
    return true;
  }

  /**
   * The kernel neither updates these links nor lets two have one priority. So for a moment the new
   * program stands beside the old one's place, and takes it when the old one is gone: a packet sees
   * the old, both, or the new.
   */
  @Override
  public Optional<Fd> update(Fd link, LoadedProgram by) {
    try (Fd _ = beside(by)) {
      host.libbpf().detachLink(link);
      return Optional.of(attach(by, hook.priority()));
    } catch (NativeError e) {
      throw explained(e);
    }
  }

  private Fd beside(LoadedProgram program) {
    NativeError refused = null;
    for (int far = 1; far <= FARTHEST; far++) {
      for (int priority : new int[] {away(-far), away(far)}) {
        try {
          return attach(program, priority);
        } catch (NativeError e) {
          refused = refused == null || isTaken(e) ? e : refused;
        }
      }
    }
    throw isTaken(refused)
        ? new Refusal(
            Reason.HookBusy,
            "%s: a new revision needs another priority for a moment, and all from %d to %d are taken: free one of them"
                .formatted(Words.of(hook), away(-FARTHEST), away(FARTHEST)),
            refused)
        : refused;
  }

  private int away(int far) {
    return Math.clamp((long) hook.priority() + far, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  @Override
  public boolean detachesAtOnce() {
    return true;
  }
}
