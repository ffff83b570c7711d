package dev.skep.node.libbpf;

import static dev.skep.node.libbpf.Layouts.LINK_CREATE_OPTS;
import static dev.skep.node.libbpf.Layouts.PROG_PARTS_INFO;
import static dev.skep.node.libbpf.Layouts.XDP_ATTACH_OPTS;
import static dev.skep.node.libbpf.Layouts.XDP_QUERY_OPTS;
import static dev.skep.node.libbpf.Layouts.at;
import static dev.skep.node.libbpf.NativeLibbpf.check;
import static dev.skep.node.libbpf.NativeLibbpf.options;
import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** Programs that share an interface, through libbpf and netlink. */
final class NativeXdp implements Xdp {
  static final NativeXdp INSTANCE = new NativeXdp();

  // linux/if_link.h
  static final int XDP_FLAGS_SKB_MODE = 1 << 1;
  static final int XDP_FLAGS_DRV_MODE = 1 << 2;

  // linux/membarrier.h, and the number of its system call
  static final int MEMBARRIER_CMD_GLOBAL = 1;
  static final long MEMBARRIER = System.getProperty("os.arch").equals("aarch64") ? 283 : 324;

  // sys/file.h
  static final int LOCK_EX = 2;
  static final int LOCK_NB = 4;

  // linux/fcntl.h
  static final int F_DUPFD_CLOEXEC = 1030;

  // linux/btf.h
  static final int BTF_KIND_FUNC = 12;

  private static final int NO_PROGRAM = -1;

  private NativeXdp() {}

  @Override
  public Optional<OnInterface> query(int ifindex) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = options(arena, XDP_QUERY_OPTS);
      check("bpf_xdp_query", LibbpfCalls.xdpQuery(ifindex, 0, found));
      int nativeId = found.get(JAVA_INT, at(XDP_QUERY_OPTS, "drv_prog_id"));
      int genericId = found.get(JAVA_INT, at(XDP_QUERY_OPTS, "skb_prog_id"));
      if (nativeId != 0) {
        return Optional.of(new OnInterface(nativeId, Mode.NATIVE));
      }
      return genericId == 0
          ? Optional.empty()
          : Optional.of(new OnInterface(genericId, Mode.GENERIC));
    }
  }

  @Override
  public void replace(int ifindex, Mode mode, Fd expected, Fd program) {
    attach(ifindex, mode, expected, program.number());
  }

  @Override
  public void detach(int ifindex, Mode mode, Fd expected) {
    attach(ifindex, mode, expected, NO_PROGRAM);
  }

  /** With a program that is expected libbpf sets XDP_FLAGS_REPLACE itself. */
  private static void attach(int ifindex, Mode mode, Fd expected, int program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment how = options(arena, XDP_ATTACH_OPTS);
      how.set(JAVA_INT, at(XDP_ATTACH_OPTS, "old_prog_fd"), expected.number());
      int flags = mode == Mode.NATIVE ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE;
      check("bpf_xdp_attach", XdpCalls.attach(ifindex, program, flags, how));
    }
  }

  /** What bpf_prog_get_info tells of maps and BTF; {@code maps} receives the first ids. */
  private static MemorySegment parts(Arena arena, Fd program, MemorySegment maps, int room) {
    MemorySegment size = arena.allocateFrom(JAVA_INT, (int) PROG_PARTS_INFO.byteSize());
    MemorySegment info = arena.allocate(PROG_PARTS_INFO);
    info.set(JAVA_INT, at(PROG_PARTS_INFO, "nr_map_ids"), room);
    info.set(JAVA_LONG, at(PROG_PARTS_INFO, "map_ids"), maps.address());
    check("bpf_obj_get_info_by_fd", LibbpfCalls.getInfo(program.number(), info, size));
    return info;
  }

  @Override
  public int functionId(Fd program, String function) {
    try (Arena arena = Arena.ofConfined()) {
      int id = parts(arena, program, NULL, 0).get(JAVA_INT, at(PROG_PARTS_INFO, "btf_id"));
      MemorySegment errno = NativeLibc.errno(arena);
      MemorySegment btf = XdpCalls.btfById(errno, id);
      if (btf.equals(NULL)) {
        check("btf__load_from_kernel_by_id", -NativeLibc.read(errno));
      }
      try {
        return check(
            "btf__find_by_name_kind " + function,
            XdpCalls.findInBtf(btf, arena.allocateFrom(function), BTF_KIND_FUNC));
      } finally {
        XdpCalls.freeBtf(btf);
      }
    }
  }

  @Override
  public Fd replaceFunction(Fd extension, Fd target, int functionId) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment how = options(arena, LINK_CREATE_OPTS);
      how.set(JAVA_INT, at(LINK_CREATE_OPTS, "target_btf_id"), functionId);
      return new Fd(
          check(
              "bpf_link_create",
              LibbpfCalls.linkCreate(extension.number(), target.number(), 0, how)));
    }
  }

  @Override
  public Optional<byte[]> constants(Fd program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = arena.allocate(JAVA_INT);
      MemorySegment info = parts(arena, program, first, 1);
      if (info.get(JAVA_INT, at(PROG_PARTS_INFO, "nr_map_ids")) != 1) {
        return Optional.empty();
      }
      int id = first.get(JAVA_INT, 0);
      try (Fd map = new Fd(check("bpf_map_get_fd_by_id", XdpCalls.mapById(id)))) {
        byte[][] value = {null};
        Libbpf.get().reader(map).read(1, (_, bytes) -> value[0] = bytes.clone());
        return Optional.ofNullable(value[0]);
      }
    }
  }

  /** A global memory barrier waits for an RCU grace period, which programs run within. */
  @Override
  public void awaitReaders() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = NativeLibc.errno(arena);
      if (XdpCalls.membarrier(errno, MEMBARRIER, MEMBARRIER_CMD_GLOBAL, 0) < 0) {
        // A kernel with nohz_full CPUs has no such barrier; a packet takes microseconds.
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static NativeError error(String call, MemorySegment errno) {
    int number = NativeLibc.read(errno);
    return new NativeError(call, number, Libc.get().text(number), List.of());
  }

  @Override
  public boolean tryLock(Fd file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = NativeLibc.errno(arena);
      if (XdpCalls.flock(errno, file.number(), LOCK_EX | LOCK_NB) == 0) {
        return true;
      }
      if (NativeLibc.read(errno) == Errno.EAGAIN) {
        return false;
      }
      throw error("flock", errno);
    }
  }

  static Fd duplicate(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = NativeLibc.errno(arena);
      int copy = XdpCalls.fcntl(errno, fd, F_DUPFD_CLOEXEC, 0);
      if (copy < 0) {
        throw error("fcntl", errno);
      }
      return new Fd(copy);
    }
  }
}
