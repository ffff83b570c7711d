package dev.skep.node.libbpf;

import static dev.skep.node.libbpf.Layouts.NETFILTER_LINK_OPTS;
import static dev.skep.node.libbpf.Layouts.ORDERED_LINK_OPTS;
import static dev.skep.node.libbpf.Layouts.at;
import static dev.skep.node.libbpf.NativeLibbpf.check;
import static dev.skep.node.libbpf.NativeLibbpf.options;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Links made by bpf_link_create with options of their hook. */
final class NativeNetworkLinks implements NetworkLinks {
  static final NativeNetworkLinks INSTANCE = new NativeNetworkLinks();

  /** Of enum bpf_attach_type. */
  private static final int NETFILTER = 45;

  // linux/bpf.h, BPF_F_…
  static final int BEFORE = 1 << 3;
  static final int AFTER = 1 << 4;
  static final int ID = 1 << 5;
  static final int LINK = 1 << 13;
  static final int NETFILTER_IP_DEFRAG = 1;

  private NativeNetworkLinks() {}

  private static Fd create(Fd program, int target, int attachType, MemorySegment options) {
    return new Fd(
        check(
            "bpf_link_create",
            LibbpfCalls.linkCreate(program.number(), target, attachType, options)));
  }

  @Override
  public Fd ordered(Fd program, int ifindex, int attachType, Optional<Beside> place) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = options(arena, ORDERED_LINK_OPTS);
      if (place.isPresent()) {
        int side = place.get().before() ? BEFORE : AFTER;
        options.set(JAVA_INT, at(ORDERED_LINK_OPTS, "flags"), side | ID | LINK);
        options.set(JAVA_INT, at(ORDERED_LINK_OPTS, "tcx.relative_id"), place.get().linkId());
      }
      return create(program, ifindex, attachType, options);
    }
  }

  @Override
  public Fd netfilter(Fd program, int family, int hook, int priority, boolean defragment) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = options(arena, NETFILTER_LINK_OPTS);
      options.set(JAVA_INT, at(NETFILTER_LINK_OPTS, "netfilter.pf"), family);
      options.set(JAVA_INT, at(NETFILTER_LINK_OPTS, "netfilter.hooknum"), hook);
      options.set(JAVA_INT, at(NETFILTER_LINK_OPTS, "netfilter.priority"), priority);
      options.set(
          JAVA_INT,
          at(NETFILTER_LINK_OPTS, "netfilter.flags"),
          defragment ? NETFILTER_IP_DEFRAG : 0);
      return create(program, 0, NETFILTER, options);
    }
  }
}
