package dev.skep.node.libbpf;

import static dev.skep.node.libbpf.Layouts.LINK_CREATE_OPTS;
import static dev.skep.node.libbpf.Layouts.at;
import static dev.skep.node.libbpf.NativeLibbpf.check;
import static dev.skep.node.libbpf.NativeLibbpf.options;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Iterators made by bpf_link_create. */
final class NativeIterators implements Iterators {
  static final NativeIterators INSTANCE = new NativeIterators();

  /** Of enum bpf_attach_type. */
  private static final int TRACE_ITER = 28;

  /** Of enum bpf_cgroup_iter_order. */
  private static final int DESCENDANTS_PRE = 2;

  private NativeIterators() {}

  @Override
  public Fd overAll(Fd program) {
    try (Arena arena = Arena.ofConfined()) {
      return create(program, options(arena, LINK_CREATE_OPTS));
    }
  }

  @Override
  public Fd overMap(Fd program, Fd map) {
    return over(program, map.number(), 0);
  }

  @Override
  public Fd overCgroups(Fd program, Fd cgroup) {
    return over(program, DESCENDANTS_PRE, cgroup.number());
  }

  /** The first two words of union bpf_iter_link_info: map_fd, or order and cgroup_fd. */
  private static Fd over(Fd program, int first, int second) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment what = arena.allocate(16, 8);
      what.set(JAVA_INT, 0, first);
      what.set(JAVA_INT, 4, second);
      MemorySegment options = options(arena, LINK_CREATE_OPTS);
      options.set(JAVA_LONG, at(LINK_CREATE_OPTS, "iter_info"), what.address());
      options.set(JAVA_INT, at(LINK_CREATE_OPTS, "iter_info_len"), (int) what.byteSize());
      return create(program, options);
    }
  }

  private static Fd create(Fd program, MemorySegment options) {
    return new Fd(
        check("bpf_link_create", LibbpfCalls.linkCreate(program.number(), 0, TRACE_ITER, options)));
  }
}
