package dev.skep.node.libbpf;

import static dev.skep.node.libbpf.Layouts.TC_HOOK;
import static dev.skep.node.libbpf.Layouts.TC_OPTS;
import static dev.skep.node.libbpf.Layouts.at;
import static dev.skep.node.libbpf.NativeLibbpf.check;
import static dev.skep.node.libbpf.NativeLibbpf.options;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/** Filters through libbpf's bpf_tc_…, which speaks netlink. */
final class NativeFilters implements Filters {
  static final NativeFilters INSTANCE = new NativeFilters();

  // libbpf.h: enum bpf_tc_attach_point, BPF_TC_F_REPLACE
  static final int INGRESS = 1;
  static final int EGRESS = 2;
  static final int REPLACE = 1;

  /** One filter a priority, so that its handle need not tell it from others. */
  private static final int HANDLE = 1;

  private NativeFilters() {}

  private static MemorySegment hook(Arena arena, int ifindex, int attachPoint) {
    MemorySegment hook = options(arena, TC_HOOK);
    hook.set(JAVA_INT, at(TC_HOOK, "ifindex"), ifindex);
    hook.set(JAVA_INT, at(TC_HOOK, "attach_point"), attachPoint);
    return hook;
  }

  private static MemorySegment hook(Arena arena, Place place) {
    return hook(arena, place.ifindex(), place.ingress() ? INGRESS : EGRESS);
  }

  private static MemorySegment filter(Arena arena, Place place) {
    MemorySegment filter = options(arena, TC_OPTS);
    filter.set(JAVA_INT, at(TC_OPTS, "handle"), HANDLE);
    filter.set(JAVA_INT, at(TC_OPTS, "priority"), place.priority());
    return filter;
  }

  @Override
  public void prepare(int ifindex) {
    try (Arena arena = Arena.ofConfined()) {
      int result = ProgramCalls.makeFilterHook(hook(arena, ifindex, INGRESS | EGRESS));
      if (result != -Errno.EEXIST) {
        check("bpf_tc_hook_create", result);
      }
      LibbpfLog.take();
    }
  }

  @Override
  public void clear(int ifindex) {
    try (Arena arena = Arena.ofConfined()) {
      check(
          "bpf_tc_hook_destroy",
          ProgramCalls.removeFilterHook(hook(arena, ifindex, INGRESS | EGRESS)));
    }
  }

  @Override
  public void attach(Place place, Fd program) {
    attach(place, program, 0);
  }

  @Override
  public void replace(Place place, Fd program) {
    attach(place, program, REPLACE);
  }

  private static void attach(Place place, Fd program, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment filter = filter(arena, place);
      filter.set(JAVA_INT, at(TC_OPTS, "prog_fd"), program.number());
      filter.set(JAVA_INT, at(TC_OPTS, "flags"), flags);
      check("bpf_tc_attach", ProgramCalls.attachFilter(hook(arena, place), filter));
    }
  }

  @Override
  public OptionalInt program(Place place) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment filter = filter(arena, place);
      int result = ProgramCalls.queryFilter(hook(arena, place), filter);
      if (isAbsent(result)) {
        LibbpfLog.take();
        return OptionalInt.empty();
      }
      check("bpf_tc_query", result);
      return OptionalInt.of(filter.get(JAVA_INT, at(TC_OPTS, "prog_id")));
    }
  }

  @Override
  public void detach(Place place) {
    try (Arena arena = Arena.ofConfined()) {
      int result = ProgramCalls.detachFilter(hook(arena, place), filter(arena, place));
      if (!isAbsent(result)) {
        check("bpf_tc_detach", result);
      }
      LibbpfLog.take();
    }
  }

  /** No such filter; no clsact (EINVAL); no such interface. */
  private static boolean isAbsent(int result) {
    return result == -Errno.ENOENT || result == -Errno.EINVAL || result == -Errno.ENODEV;
  }
}
