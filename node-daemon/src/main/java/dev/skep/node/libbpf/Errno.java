package dev.skep.node.libbpf;

import java.util.Map;

/** Error numbers that decisions are made on (asm-generic/errno.h: the same on amd64 and arm64). */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int ENXIO = 6;
  public static final int E2BIG = 7;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int ENOSPC = 28;
  public static final int EBADF = 9;
  public static final int ERANGE = 34;
  public static final int ENOSYS = 38;
  public static final int ENOTEMPTY = 39;
  public static final int EILSEQ = 84;
  public static final int EOPNOTSUPP = 95;
  public static final int EINPROGRESS = 115;
  public static final int ENOBUFS = 105;

  /** The kernel's own, never meant for user space: what a BPF hook that is not built in answers. */
  public static final int ENOTSUPP = 524;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(EPERM, "EPERM"),
          Map.entry(ENOENT, "ENOENT"),
          Map.entry(ESRCH, "ESRCH"),
          Map.entry(E2BIG, "E2BIG"),
          Map.entry(EAGAIN, "EAGAIN"),
          Map.entry(ENOMEM, "ENOMEM"),
          Map.entry(EACCES, "EACCES"),
          Map.entry(EBUSY, "EBUSY"),
          Map.entry(EEXIST, "EEXIST"),
          Map.entry(ENODEV, "ENODEV"),
          Map.entry(EINVAL, "EINVAL"),
          Map.entry(ENFILE, "ENFILE"),
          Map.entry(EMFILE, "EMFILE"),
          Map.entry(ENOSPC, "ENOSPC"),
          Map.entry(EBADF, "EBADF"),
          Map.entry(ERANGE, "ERANGE"),
          Map.entry(ENOSYS, "ENOSYS"),
          Map.entry(ENOTEMPTY, "ENOTEMPTY"),
          Map.entry(EILSEQ, "EILSEQ"),
          Map.entry(EOPNOTSUPP, "EOPNOTSUPP"),
          Map.entry(ENOBUFS, "ENOBUFS"),
          Map.entry(ENOTSUPP, "ENOTSUPP"));

  private Errno() {}

  /**
   * Whether it says that the node has no room now (descriptors, memory), and nothing of what was
   * asked for. ENOSPC is none of them: the verifier means a log that is too short by it.
   */
  public static boolean mayPass(int errno) {
    return switch (errno) {
      case EMFILE, ENFILE, ENOMEM, EAGAIN, ENOBUFS -> true;
      default -> false;
    };
  }

  /** The name of an error number, e.g. EBUSY. */
  public static String name(int errno) {
    return NAMES.getOrDefault(errno, "error " + errno);
  }
}
