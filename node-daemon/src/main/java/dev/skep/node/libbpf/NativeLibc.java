package dev.skep.node.libbpf;

import static dev.skep.node.libbpf.Layouts.OPEN_HOW;
import static dev.skep.node.libbpf.Layouts.PERF_EVENT_ATTR;
import static dev.skep.node.libbpf.Layouts.at;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalInt;

/** libc, with errno read in the arena of the call that set it. */
@SuppressWarnings("restricted") // the native border is crossed here
final class NativeLibc implements Libc {
  static final NativeLibc INSTANCE = new NativeLibc();

  private static final int O_CLOEXEC = 0x80000;
  private static final long PERF_FLAG_FD_CLOEXEC = 8;
  static final long PERF_EVENT_IOC_ENABLE = 0x2400;
  static final long PERF_EVENT_OPEN = isArm() ? 241 : 298;
  static final long OPENAT2 = 437;
  static final long O_PATH = 0x200000;
  static final long RESOLVE_NO_MAGICLINKS = 2;
  static final long RESOLVE_IN_ROOT = 0x10;
  private static final long ERRNO_OFFSET =
      Symbols.ERRNO_LAYOUT.byteOffset(PathElement.groupElement("errno"));

  private NativeLibc() {}

  private static boolean isArm() {
    return System.getProperty("os.arch").equals("aarch64");
  }

  static MemorySegment errno(Arena arena) {
    return arena.allocate(Symbols.ERRNO_LAYOUT);
  }

  static int read(MemorySegment errno) {
    return errno.get(JAVA_INT, ERRNO_OFFSET);
  }

  private int check(String call, MemorySegment errno, int result) {
    if (result < 0) {
      throw new NativeError(call, read(errno), text(read(errno)), List.of());
    }
    return result;
  }

  @Override
  public Fd open(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      return new Fd(
          check("open " + path, errno, LibcCalls.open(errno, arena.allocateFrom(path), O_CLOEXEC)));
    }
  }

  @Override
  public Fd openInRoot(Fd root, String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment how = arena.allocate(OPEN_HOW);
      how.set(JAVA_LONG, at(OPEN_HOW, "flags"), O_PATH | O_CLOEXEC);
      how.set(JAVA_LONG, at(OPEN_HOW, "resolve"), RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
      MemorySegment errno = errno(arena);
      int fd =
          LibcCalls.openat2(
              errno, OPENAT2, root.number(), arena.allocateFrom(path), how, OPEN_HOW.byteSize());
      return new Fd(check("openat2 " + path, errno, fd));
    }
  }

  @Override
  public void mkdir(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      check("mkdir " + path, errno, LibcCalls.mkdir(errno, arena.allocateFrom(path), 0700));
    }
  }

  @Override
  public void rmdir(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      check("rmdir " + path, errno, LibcCalls.rmdir(errno, arena.allocateFrom(path)));
    }
  }

  @Override
  public void unlink(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      check("unlink " + path, errno, LibcCalls.unlink(errno, arena.allocateFrom(path)));
    }
  }

  @Override
  public void rename(String from, String to) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      check(
          "rename " + from,
          errno,
          LibcCalls.rename(errno, arena.allocateFrom(from), arena.allocateFrom(to)));
    }
  }

  @Override
  public OptionalInt interfaceIndex(String name) {
    try (Arena arena = Arena.ofConfined()) {
      int index = LibcCalls.ifNameToIndex(arena.allocateFrom(name));
      return index == 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }
  }

  @Override
  public Fd perfEvent(PerfEventAttributes attributes, int pid, int cpu) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr = arena.allocate(PERF_EVENT_ATTR);
      attr.set(JAVA_INT, at(PERF_EVENT_ATTR, "type"), attributes.type());
      attr.set(JAVA_INT, at(PERF_EVENT_ATTR, "size"), (int) PERF_EVENT_ATTR.byteSize());
      attr.set(JAVA_LONG, at(PERF_EVENT_ATTR, "config"), attributes.config());
      attr.set(JAVA_LONG, at(PERF_EVENT_ATTR, "sample_period"), attributes.sample());
      attr.set(JAVA_LONG, Layouts.PERF_BITS, attributes.frequency() ? Layouts.PERF_FREQ : 0);
      if (attributes.path() != null) {
        attr.set(
            JAVA_LONG,
            at(PERF_EVENT_ATTR, "config1"),
            arena.allocateFrom(attributes.path()).address());
        attr.set(JAVA_LONG, at(PERF_EVENT_ATTR, "config2"), attributes.offset());
      }
      MemorySegment errno = errno(arena);
      int fd =
          LibcCalls.perfEventOpen(errno, PERF_EVENT_OPEN, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
      return new Fd(check("perf_event_open", errno, fd));
    }
  }

  @Override
  public void enable(Fd perfEvent) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      int result = LibcCalls.ioctl(errno, perfEvent.number(), PERF_EVENT_IOC_ENABLE, 0);
      check("ioctl PERF_EVENT_IOC_ENABLE", errno, result);
    }
  }

  /** strerror may use one buffer for the whole process, hence one at a time. */
  @Override
  public synchronized String text(int errno) {
    return LibcCalls.strerror(errno).reinterpret(256).getString(0);
  }
}
