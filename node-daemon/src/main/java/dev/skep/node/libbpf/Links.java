package dev.skep.node.libbpf;

import java.util.List;

/**
 * Links that need more than a target and flags. Asked of the kernel itself, by bpf(2): libbpf's
 * call refuses attach types that came after it. Every method throws {@link NativeError} when the
 * kernel says no; one that does not know a cookie answers EINVAL.
 */
public interface Links {
  /** Those of the running kernel. */
  static Links get() {
    return NativeLinks.INSTANCE;
  }

  /** Attaches to an opened perf event. */
  Fd perfEvent(Fd program, Fd event, long cookie);

  /**
   * Attaches a program that was loaded for a kernel function or LSM hook to it.
   *
   * @param attachType enum bpf_attach_type, as it was loaded with
   */
  Fd tracing(Fd program, int attachType, long cookie);

  /**
   * Attaches to a raw tracepoint.
   *
   * @param name the tracepoint's, or null for a program that was loaded for one
   */
  Fd rawTracepoint(String name, Fd program, long cookie);

  /**
   * Attaches to many kernel functions.
   *
   * @param attachType BPF_TRACE_KPROBE_MULTI or BPF_TRACE_KPROBE_SESSION
   * @param atReturn not where they begin but where they return
   * @param functions names, each once
   */
  Fd kernelFunctions(
      Fd program, int attachType, boolean atReturn, List<String> functions, long cookie);

  /**
   * Attaches to many places of a binary.
   *
   * @param attachType BPF_TRACE_UPROBE_MULTI or BPF_TRACE_UPROBE_SESSION
   */
  Fd userPlaces(
      Fd program, int attachType, boolean atReturn, String binary, List<UserPlace> places);

  /**
   * A place in a binary.
   *
   * @param offset in its file
   * @param counter offset of a counter of those that watch the place (a USDT semaphore), or 0
   * @param cookie what programs read there by bpf_get_attach_cookie()
   */
  record UserPlace(long offset, long counter, long cookie) {}
}
