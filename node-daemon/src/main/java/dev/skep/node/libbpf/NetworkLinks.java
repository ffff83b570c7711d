package dev.skep.node.libbpf;

import java.util.Optional;

/**
 * Links to hooks of the network that run several programs in an order. Every method throws {@link
 * NativeError} when the kernel says no. Thread-safe.
 */
public interface NetworkLinks {
  /** This process's libbpf. */
  static NetworkLinks get() {
    Symbols.requireLibbpf();
    return NativeNetworkLinks.INSTANCE;
  }

  /**
   * Where among the programs of an interface.
   *
   * @param linkId the kernel's id of a link that stands there
   * @param before or else after it
   */
  record Beside(int linkId, boolean before) {}

  /**
   * Attaches to an interface whose programs run one after the other: tcx, netkit.
   *
   * @param place beside which link; the end where empty
   */
  Fd ordered(Fd program, int ifindex, int attachType, Optional<Beside> place);

  /**
   * Attaches to a hook of netfilter.
   *
   * @param family NFPROTO_… of linux/netfilter.h
   * @param hook enum nf_inet_hooks
   * @param defragment whether the program sees whole packets only
   */
  Fd netfilter(Fd program, int family, int hook, int priority, boolean defragment);
}
