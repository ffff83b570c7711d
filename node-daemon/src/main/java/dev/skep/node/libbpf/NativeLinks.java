package dev.skep.node.libbpf;

import static dev.skep.node.libbpf.Layouts.LINK_CREATE;
import static dev.skep.node.libbpf.Layouts.LINK_CREATE_KPROBE_MULTI;
import static dev.skep.node.libbpf.Layouts.LINK_CREATE_PERF_EVENT;
import static dev.skep.node.libbpf.Layouts.LINK_CREATE_TRACING;
import static dev.skep.node.libbpf.Layouts.LINK_CREATE_UPROBE_MULTI;
import static dev.skep.node.libbpf.Layouts.RAW_TRACEPOINT;
import static dev.skep.node.libbpf.Layouts.at;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.List;
import java.util.function.ToLongFunction;

/** bpf(2). */
final class NativeLinks implements Links {
  static final NativeLinks INSTANCE = new NativeLinks();

  static final long BPF = System.getProperty("os.arch").equals("aarch64") ? 280 : 321;
  static final int BPF_RAW_TRACEPOINT_OPEN = 17;
  static final int BPF_LINK_CREATE = 28;

  /** Of enum bpf_attach_type. */
  private static final int BPF_PERF_EVENT = 41;

  /** BPF_F_KPROBE_MULTI_RETURN and BPF_F_UPROBE_MULTI_RETURN. */
  static final int AT_RETURN = 1;

  private NativeLinks() {}

  @Override
  public Fd perfEvent(Fd program, Fd event, long cookie) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr = link(arena, program, event.number(), BPF_PERF_EVENT);
      set(attr, LINK_CREATE_PERF_EVENT, "link_create.perf_event.bpf_cookie", cookie);
      return create(arena, attr);
    }
  }

  @Override
  public Fd tracing(Fd program, int attachType, long cookie) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr = link(arena, program, 0, attachType);
      set(attr, LINK_CREATE_TRACING, "link_create.tracing.cookie", cookie);
      return create(arena, attr);
    }
  }

  @Override
  public Fd rawTracepoint(String name, Fd program, long cookie) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr = arena.allocate(RAW_TRACEPOINT);
      long address = name == null ? 0 : arena.allocateFrom(name).address();
      set(attr, RAW_TRACEPOINT, "raw_tracepoint.name", address);
      attr.set(JAVA_INT, at(RAW_TRACEPOINT, "raw_tracepoint.prog_fd"), program.number());
      set(attr, RAW_TRACEPOINT, "raw_tracepoint.cookie", cookie);
      return call(arena, "BPF_RAW_TRACEPOINT_OPEN", BPF_RAW_TRACEPOINT_OPEN, attr);
    }
  }

  @Override
  public Fd kernelFunctions(
      Fd program, int attachType, boolean atReturn, List<String> functions, long cookie) {
    try (Arena arena = Arena.ofConfined()) {
      StructLayout multi = LINK_CREATE_KPROBE_MULTI;
      MemorySegment attr = link(arena, program, 0, attachType);
      attr.set(JAVA_INT, at(multi, "link_create.kprobe_multi.flags"), atReturn ? AT_RETURN : 0);
      attr.set(JAVA_INT, at(multi, "link_create.kprobe_multi.cnt"), functions.size());
      long names = array(arena, functions, name -> arena.allocateFrom(name).address());
      set(attr, multi, "link_create.kprobe_multi.syms", names);
      long cookies = cookie == 0 ? 0 : array(arena, functions, _ -> cookie);
      set(attr, multi, "link_create.kprobe_multi.cookies", cookies);
      return create(arena, attr);
    }
  }

  @Override
  public Fd userPlaces(
      Fd program, int attachType, boolean atReturn, String binary, List<UserPlace> places) {
    try (Arena arena = Arena.ofConfined()) {
      StructLayout multi = LINK_CREATE_UPROBE_MULTI;
      MemorySegment attr = link(arena, program, 0, attachType);
      set(attr, multi, "link_create.uprobe_multi.path", arena.allocateFrom(binary).address());
      long offsets = array(arena, places, UserPlace::offset);
      set(attr, multi, "link_create.uprobe_multi.offsets", offsets);
      if (places.stream().anyMatch(place -> place.counter() != 0)) {
        long counters = array(arena, places, UserPlace::counter);
        set(attr, multi, "link_create.uprobe_multi.ref_ctr_offsets", counters);
      }
      if (places.stream().anyMatch(place -> place.cookie() != 0)) {
        long cookies = array(arena, places, UserPlace::cookie);
        set(attr, multi, "link_create.uprobe_multi.cookies", cookies);
      }
      attr.set(JAVA_INT, at(multi, "link_create.uprobe_multi.cnt"), places.size());
      attr.set(JAVA_INT, at(multi, "link_create.uprobe_multi.flags"), atReturn ? AT_RETURN : 0);
      return create(arena, attr);
    }
  }

  private static MemorySegment link(Arena arena, Fd program, int target, int attachType) {
    MemorySegment attr = arena.allocate(LINK_CREATE);
    attr.set(JAVA_INT, at(LINK_CREATE, "link_create.prog_fd"), program.number());
    attr.set(JAVA_INT, at(LINK_CREATE, "link_create.target_fd"), target);
    attr.set(JAVA_INT, at(LINK_CREATE, "link_create.attach_type"), attachType);
    return attr;
  }

  private static void set(MemorySegment attr, StructLayout layout, String member, long value) {
    attr.set(JAVA_LONG, at(layout, member), value);
  }

  private static <T> long array(Arena arena, List<T> of, ToLongFunction<T> value) {
    return arena.allocateFrom(JAVA_LONG, of.stream().mapToLong(value).toArray()).address();
  }

  private static Fd create(Arena arena, MemorySegment attr) {
    return call(arena, "BPF_LINK_CREATE", BPF_LINK_CREATE, attr);
  }

  private static Fd call(Arena arena, String name, int command, MemorySegment attr) {
    MemorySegment errno = NativeLibc.errno(arena);
    int fd = LibcCalls.bpf(errno, BPF, command, attr, attr.byteSize());
    if (fd < 0) {
      int error = NativeLibc.read(errno);
      throw new NativeError(name, error, Libc.get().text(error), List.of());
    }
    return new Fd(fd);
  }
}
