package dev.skep.node.libbpf;

import static dev.skep.node.libbpf.Layouts.CGROUP_LINK_INFO;
import static dev.skep.node.libbpf.Layouts.LINK_CREATE_OPTS;
import static dev.skep.node.libbpf.Layouts.LINK_INFO;
import static dev.skep.node.libbpf.Layouts.MAP_INFO;
import static dev.skep.node.libbpf.Layouts.OBJECT_OPEN_OPTS;
import static dev.skep.node.libbpf.Layouts.PROG_INFO;
import static dev.skep.node.libbpf.Layouts.PROG_LOAD_OPTS;
import static dev.skep.node.libbpf.Layouts.XDP_QUERY_OPTS;
import static dev.skep.node.libbpf.Layouts.at;
import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.Optional;
import java.util.OptionalInt;

/** libbpf 1.x, whose functions answer -errno, or NULL and errno. */
@SuppressWarnings("restricted") // the native border is crossed here
final class NativeLibbpf implements Libbpf {
  static final NativeLibbpf INSTANCE = new NativeLibbpf();

  private static final int BPF_STATS_RUN_TIME = 0;
  private static final int NO_HELPER = 1 << 20;

  // BPF_ALU64 | BPF_MOV | BPF_K of r0, whose value is the upper half; BPF_JMP | BPF_EXIT.
  private static final long MOVE = 0xb7;
  private static final long EXIT = 0x95;

  private NativeLibbpf() {
    LibbpfLog.install();
  }

  /** libbpf's result, or an error with what libbpf printed about it. */
  static int check(String call, int result) {
    if (result < 0) {
      throw new NativeError(call, -result, Libc.get().text(-result), LibbpfLog.take());
    }
    return result;
  }

  @Override
  public void rehearse() {
    try (BpfObject none = open(new byte[1], "none")) {
      throw new IllegalStateException(none + " was made of nothing");
    } catch (NativeError expected) {
      // It bound every call on objects, and libbpf printed what it thinks of the bytes.
    }
  }

  @Override
  public String version() {
    return LibbpfCalls.version().reinterpret(64).getString(0);
  }

  @Override
  public int possibleCpus() {
    return check("libbpf_num_possible_cpus", LibbpfCalls.possibleCpus());
  }

  @Override
  public BpfObject open(byte[] elf, String name) {
    LibbpfLog.take();
    Arena arena = Arena.ofConfined();
    try {
      MemorySegment options = options(arena, OBJECT_OPEN_OPTS);
      options.set(
          JAVA_LONG, at(OBJECT_OPEN_OPTS, "object_name"), arena.allocateFrom(name).address());
      MemorySegment errno = NativeLibc.errno(arena);
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, elf);
      MemorySegment object = ObjectCalls.openMem(errno, bytes, elf.length, options);
      if (object.equals(NULL)) {
        check("bpf_object__open_mem", -NativeLibc.read(errno));
      }
      return new BpfObject(arena, object);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public void pin(int fd, String path) {
    try (Arena arena = Arena.ofConfined()) {
      check("bpf_obj_pin " + path, LibbpfCalls.objPin(fd, arena.allocateFrom(path)));
    }
  }

  @Override
  public Fd open(String path) {
    try (Arena arena = Arena.ofConfined()) {
      return new Fd(check("bpf_obj_get " + path, LibbpfCalls.objGet(arena.allocateFrom(path))));
    }
  }

  private static MemorySegment info(Arena arena, Fd fd, StructLayout layout) {
    MemorySegment size = arena.allocateFrom(JAVA_INT, (int) layout.byteSize());
    MemorySegment info = arena.allocate(layout);
    check("bpf_obj_get_info_by_fd", LibbpfCalls.getInfo(fd.number(), info, size));
    return info;
  }

  @Override
  public ProgramInfo programInfo(Fd program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = info(arena, program, PROG_INFO);
      return new ProgramInfo(
          info.get(JAVA_INT, at(PROG_INFO, "type")),
          info.get(JAVA_INT, at(PROG_INFO, "id")),
          info.getString(at(PROG_INFO, "name")),
          info.get(JAVA_LONG, at(PROG_INFO, "run_cnt")),
          info.get(JAVA_LONG, at(PROG_INFO, "run_time_ns")),
          info.get(JAVA_LONG, at(PROG_INFO, "recursion_misses")));
    }
  }

  @Override
  public MapInfo mapInfo(Fd map) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = info(arena, map, MAP_INFO);
      return new MapInfo(
          info.get(JAVA_INT, at(MAP_INFO, "type")),
          info.get(JAVA_INT, at(MAP_INFO, "id")),
          info.get(JAVA_INT, at(MAP_INFO, "key_size")),
          info.get(JAVA_INT, at(MAP_INFO, "value_size")),
          info.get(JAVA_INT, at(MAP_INFO, "max_entries")),
          info.get(JAVA_INT, at(MAP_INFO, "map_flags")));
    }
  }

  @Override
  public LinkInfo linkInfo(Fd link) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = info(arena, link, LINK_INFO);
      int type = info.get(JAVA_INT, at(LINK_INFO, "type"));
      // Each type has its own struct in a union; all of these begin with what we look for.
      long target =
          switch (type) {
            case LinkInfo.XDP, LinkInfo.TCX, LinkInfo.NETKIT, LinkInfo.NETNS, LinkInfo.STRUCT_OPS ->
                Integer.toUnsignedLong(info.get(JAVA_INT, at(LINK_INFO, "xdp.ifindex")));
            case LinkInfo.CGROUP -> info.get(JAVA_LONG, at(CGROUP_LINK_INFO, "cgroup.cgroup_id"));
            default -> 0;
          };
      return new LinkInfo(
          type,
          info.get(JAVA_INT, at(LINK_INFO, "id")),
          info.get(JAVA_INT, at(LINK_INFO, "prog_id")),
          target);
    }
  }

  @Override
  public Fd programById(int id) {
    return new Fd(check("bpf_prog_get_fd_by_id", LibbpfCalls.programFdById(id)));
  }

  @Override
  public Fd loadProbe(ProbeProgram program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = options(arena, PROG_LOAD_OPTS);
      options.set(JAVA_INT, at(PROG_LOAD_OPTS, "expected_attach_type"), program.attachType());
      options.set(JAVA_INT, at(PROG_LOAD_OPTS, "attach_btf_id"), program.btfId());
      options.set(JAVA_INT, at(PROG_LOAD_OPTS, "prog_flags"), program.flags());
      long[] code = {MOVE | (long) program.answer() << 32, EXIT};
      MemorySegment instructions = arena.allocateFrom(JAVA_LONG, code);
      MemorySegment licence = arena.allocateFrom("GPL");
      int fd =
          LibbpfCalls.programLoad(
              program.type(), NULL, licence, instructions, code.length, options);
      return new Fd(check("bpf_prog_load", fd));
    }
  }

  @Override
  public Optional<Boolean> knowsHelper(int programType, int helper) {
    int answer = LibbpfCalls.probeHelper(programType, helper, NULL);
    // It judges by the verifier's words: a type that is refused before would "know" any helper.
    return answer < 0 || (answer == 1 && LibbpfCalls.probeHelper(programType, NO_HELPER, NULL) == 1)
        ? Optional.empty()
        : Optional.of(answer == 1);
  }

  @Override
  public int kernelBtfId(String name, int attachType) {
    try (Arena arena = Arena.ofConfined()) {
      return check(
          "libbpf_find_vmlinux_btf_id",
          LibbpfCalls.findKernelBtfId(arena.allocateFrom(name), attachType));
    }
  }

  @Override
  public boolean makesMaps(int type) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = NativeLibc.errno(arena);
      boolean made = LibbpfCalls.probeMapType(errno, type, NULL) == 1;
      // To libbpf whatever is not made is not supported; why not is left in errno.
      int why = NativeLibc.read(errno);
      if (!made && Errno.mayPass(why)) {
        check("bpf_map_create", -why);
      }
      return made;
    }
  }

  @Override
  public Fd createLink(Fd program, int target, int attachType, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = options(arena, LINK_CREATE_OPTS);
      options.set(JAVA_INT, at(LINK_CREATE_OPTS, "flags"), flags);
      return new Fd(
          check(
              "bpf_link_create",
              LibbpfCalls.linkCreate(program.number(), target, attachType, options)));
    }
  }

  @Override
  public void updateLink(Fd link, Fd program) {
    check("bpf_link_update", LibbpfCalls.linkUpdate(link.number(), program.number(), NULL));
  }

  @Override
  public void detachLink(Fd link) {
    check("bpf_link_detach", LibbpfCalls.linkDetach(link.number()));
  }

  @Override
  public Fd openRawTracepoint(String name, Fd program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tracepoint = name == null ? NULL : arena.allocateFrom(name);
      return new Fd(
          check(
              "bpf_raw_tracepoint_open",
              LibbpfCalls.rawTracepointOpen(tracepoint, program.number())));
    }
  }

  @Override
  public OptionalInt xdpProgram(int ifindex) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = options(arena, XDP_QUERY_OPTS);
      check("bpf_xdp_query", LibbpfCalls.xdpQuery(ifindex, 0, options));
      int id = options.get(JAVA_INT, at(XDP_QUERY_OPTS, "prog_id"));
      return id == 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }
  }

  @Override
  public Fd enableStatistics() {
    return new Fd(check("bpf_enable_stats", LibbpfCalls.enableStats(BPF_STATS_RUN_TIME)));
  }

  @Override
  public MapReader reader(Fd map) {
    return new MapReader(map, mapInfo(map), possibleCpus());
  }

  @Override
  public MapWriter writer(Fd map) {
    return new MapWriter(map, mapInfo(map), possibleCpus());
  }

  /** A zeroed options struct; all of them begin with their own size. */
  static MemorySegment options(Arena arena, StructLayout layout) {
    MemorySegment options = arena.allocate(layout);
    options.set(JAVA_LONG, at(layout, "sz"), layout.byteSize());
    return options;
  }
}
