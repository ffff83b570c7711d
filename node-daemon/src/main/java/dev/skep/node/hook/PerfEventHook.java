package dev.skep.node.hook;

import static dev.skep.node.libbpf.Libc.PerfEventAttributes.PERF_TYPE_HARDWARE;
import static dev.skep.node.libbpf.Libc.PerfEventAttributes.PERF_TYPE_SOFTWARE;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.PerfEvent;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libc.PerfEventAttributes;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.OnlineCpus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A sampled event on every CPU that is online: one link for each. */
record PerfEventHook(PerfEvent hook, Host host) implements LinkHook {
  private static final int DEFAULT_FREQUENCY = 99;

  @Override
  public Optional<Failure> missing() {
    return Optional.empty();
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    List<Fd> links = new ArrayList<>();
    try {
      for (int cpu : OnlineCpus.read()) {
        links.add(PerfLink.create(host, program.fd(), attributes(), cpu, hook.cookie()));
      }
      return links;
    } catch (RuntimeException e) {
      links.forEach(Fd::close);
      throw e instanceof NativeError refused ? explained(refused) : e;
    }
  }

  private RuntimeException explained(NativeError e) {
    if (e.errno() == Errno.ENOENT || e.errno() == Errno.EOPNOTSUPP) {
      return new Refusal(
          Reason.Incompatible,
          "perf event "
              + hook.event()
              + " is not to be had on this node: "
              + (attributes().type() == PERF_TYPE_HARDWARE
                  ? "no hardware counters (a virtual machine seldom has them)"
                  : e.getMessage()),
          e);
    }
    return e;
  }

  private PerfEventAttributes attributes() {
    boolean byPeriod = hook.period() != null;
    int frequency = hook.frequency() == null ? DEFAULT_FREQUENCY : hook.frequency();
    long sample = byPeriod ? hook.period() : frequency;
    // PERF_COUNT_SW_… and PERF_COUNT_HW_… of linux/perf_event.h.
    return switch (hook.event()) {
      case CpuClock -> software(0, sample, !byPeriod);
      case TaskClock -> software(1, sample, !byPeriod);
      case PageFaults -> software(2, sample, !byPeriod);
      case ContextSwitches -> software(3, sample, !byPeriod);
      case CpuMigrations -> software(4, sample, !byPeriod);
      case CpuCycles -> hardware(0, sample, !byPeriod);
      case Instructions -> hardware(1, sample, !byPeriod);
      case CacheReferences -> hardware(2, sample, !byPeriod);
      case CacheMisses -> hardware(3, sample, !byPeriod);
      case BranchInstructions -> hardware(4, sample, !byPeriod);
      case BranchMisses -> hardware(5, sample, !byPeriod);
    };
  }

  private static PerfEventAttributes software(long config, long sample, boolean frequency) {
    return new PerfEventAttributes(PERF_TYPE_SOFTWARE, config, sample, frequency, null, 0);
  }

  private static PerfEventAttributes hardware(long config, long sample, boolean frequency) {
    return new PerfEventAttributes(PERF_TYPE_HARDWARE, config, sample, frequency, null, 0);
  }
}
