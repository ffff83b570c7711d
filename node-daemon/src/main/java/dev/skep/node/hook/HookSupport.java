package dev.skep.node.hook;

import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Cgroups;
import dev.skep.node.target.EventSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which hooks of the API this kernel has, by loading a program of two instructions for each attach
 * type: a program type alone says little, since tracing can be refused for functions and granted
 * for tracepoints.
 */
public final class HookSupport {
  // enum bpf_prog_type
  private static final int KPROBE = 2;
  private static final int SCHED_CLS = 3;
  private static final int TRACEPOINT = 5;
  private static final int XDP = 6;
  private static final int PERF_EVENT = 7;
  private static final int CGROUP_SKB = 8;
  private static final int RAW_TRACEPOINT = 17;
  private static final int TRACING = 26;

  private static final int TRACE_FENTRY = 24;

  /** A function that every kernel with trampolines has, made to be traced by the kernel's tests. */
  private static final String TRACEABLE = "bpf_fentry_test1";

  private static final int NO_INTERFACE = Integer.MAX_VALUE;

  private final Libbpf libbpf;
  private final Cgroups cgroups;

  public HookSupport(Libbpf libbpf, Cgroups cgroups) {
    this.libbpf = libbpf;
    this.cgroups = cgroups;
  }

  /** For each hook, by its field's name in Attach, why it cannot be used; empty when it can. */
  public Map<String, Optional<String>> check() {
    Map<String, Optional<String>> hooks = new LinkedHashMap<>();
    hooks.put("tracepoint", refusal(libbpf, TRACEPOINT, 0, 0));
    hooks.put("rawTracepoint", refusal(libbpf, RAW_TRACEPOINT, 0, 0));
    hooks.put(
        "kprobe",
        EventSource.find("kprobe").isPresent()
            ? refusal(libbpf, KPROBE, 0, 0)
            : Optional.of(KprobeHook.NOT_BUILT));
    hooks.put("fentry", fentry());
    hooks.put(
        "uprobe",
        EventSource.find("uprobe").isPresent()
            ? refusal(libbpf, KPROBE, 0, 0)
            : Optional.of(UprobeHook.NOT_BUILT));
    hooks.put("xdp", refusal(libbpf, XDP, 0, 0));
    hooks.put("tc", tcx());
    hooks.put(
        "cgroup",
        cgroups.mount().isPresent()
            ? refusal(libbpf, CGROUP_SKB, 0, 0)
            : Optional.of("no cgroup2 hierarchy is mounted"));
    hooks.put("perfEvent", refusal(libbpf, PERF_EVENT, 0, 0));
    return hooks;
  }

  /** Why the kernel does not load a program of this kind, or empty when it does. */
  public static Optional<String> refusal(Libbpf libbpf, int type, int attachType, int btfId) {
    try (Fd _ = libbpf.loadProbe(type, attachType, btfId)) {
      return Optional.empty();
    } catch (NativeError e) {
      return Optional.of(cause(e));
    }
  }

  private static String cause(NativeError e) {
    String kernel = " (" + System.getProperty("os.version") + ")";
    return switch (e.errno()) {
      case Errno.EPERM, Errno.EACCES ->
          "the platform refuses it (" + Errno.name(e.errno()) + ") on this kernel" + kernel;
      default -> "this kernel" + kernel + " does not have it (" + Errno.name(e.errno()) + ")";
    };
  }

  private Optional<String> fentry() {
    try {
      return refusal(libbpf, TRACING, TRACE_FENTRY, libbpf.kernelBtfId(TRACEABLE, TRACE_FENTRY));
    } catch (NativeError e) {
      return Optional.of("this kernel (" + System.getProperty("os.version") + ") has no BTF of it");
    }
  }

  /**
   * TCX is an attach type of a program type that is older than it: only a link tells, and one to an
   * interface that is not there does no harm.
   */
  private Optional<String> tcx() {
    try (Fd program = libbpf.loadProbe(SCHED_CLS, 0, 0);
        Fd _ = libbpf.createLink(program, NO_INTERFACE, AttachType.TCX_EGRESS, 0)) {
      return Optional.empty();
    } catch (NativeError e) {
      return e.errno() == Errno.ENODEV ? Optional.empty() : Optional.of(cause(e));
    }
  }
}
