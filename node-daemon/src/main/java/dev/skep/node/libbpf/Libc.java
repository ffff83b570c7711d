package dev.skep.node.libbpf;

import java.util.OptionalInt;

/** What Skep asks of libc. Every method throws {@link NativeError} when the kernel says no. */
public interface Libc {
  /** This process's libc. */
  static Libc get() {
    return NativeLibc.INSTANCE;
  }

  /** Opens a file or folder for reading. */
  Fd open(String path);

  /**
   * A file as a process whose root this folder is would find it, opened neither for reading nor for
   * writing: links in it lead to nowhere outside of the folder, and nothing is woken that listens
   * at a pipe or device.
   */
  Fd openInRoot(Fd root, String path);

  void mkdir(String path);

  void rmdir(String path);

  void unlink(String path);

  void rename(String from, String to);

  /** The index of a network interface of this process's network namespace, if there is one now. */
  OptionalInt interfaceIndex(String name);

  /** Opens a perf event: perf_event_open(2), for every process where pid is -1. */
  Fd perfEvent(PerfEventAttributes attributes, int pid, int cpu);

  /** Lets an opened perf event begin: PERF_EVENT_IOC_ENABLE. */
  void enable(Fd perfEvent);

  /** What an error number means. */
  String text(int errno);

  /**
   * The fields of struct perf_event_attr that we set.
   *
   * @param type a PERF_TYPE_…, or the number of a dynamic source
   * @param config the event, as its type reads it
   * @param sample samples per second where {@code frequency}, else events per sample; 0: none
   * @param frequency how {@code sample} is meant
   * @param path the binary of a uprobe or the function of a kprobe, or null
   * @param offset its offset in the file or from the function
   */
  record PerfEventAttributes(
      int type, long config, long sample, boolean frequency, String path, long offset) {
    public static final int PERF_TYPE_HARDWARE = 0;
    public static final int PERF_TYPE_SOFTWARE = 1;
    public static final int PERF_TYPE_TRACEPOINT = 2;

    /** A tracepoint by its id. */
    public static PerfEventAttributes tracepoint(long id) {
      return new PerfEventAttributes(PERF_TYPE_TRACEPOINT, id, 0, false, null, 0);
    }
  }
}
