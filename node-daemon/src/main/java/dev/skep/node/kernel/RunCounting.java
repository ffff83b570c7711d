package dev.skep.node.kernel;

import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.ProgramInfo;
import dev.skep.node.target.Capabilities;
import dev.skep.node.target.Capability;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kernel's statistics of runs, which it keeps as long as somebody holds them on, or its
 * administrator has turned them on for good.
 */
final class RunCounting implements AutoCloseable {
  private static final Logger LOG = System.getLogger(RunCounting.class.getName());
  private static final Path FOR_GOOD = Path.of("/proc/sys/kernel/bpf_stats_enabled");

  private final Libbpf libbpf;
  private final Pins pins;
  private final Optional<Fd> held;
  private final boolean on;

  private RunCounting(Libbpf libbpf, Pins pins, Optional<Fd> held, boolean on) {
    this.libbpf = libbpf;
    this.pins = pins;
    this.held = held;
    this.on = on;
  }

  /** Turns them on, where this process may; else programs go on, and how often is not known. */
  static RunCounting start(Libbpf libbpf, Pins pins) {
    try {
      return new RunCounting(libbpf, pins, Optional.of(libbpf.enableStatistics()), true);
    } catch (NativeError e) {
      boolean on = areOnForGood();
      if (!on) {
        LOG.log(
            Level.WARNING,
            "how often programs run, and how long, is not counted: {0}; or set sysctl"
                + " kernel.bpf_stats_enabled=1 on the node",
            why(e));
      }
      return new RunCounting(libbpf, pins, Optional.empty(), on);
    }
  }

  /** Reads what another process has turned on. */
  static RunCounting looking(Libbpf libbpf, Pins pins) {
    return new RunCounting(libbpf, pins, Optional.empty(), true);
  }

  private static String why(NativeError e) {
    return (e.errno() == Errno.EPERM
            ? Capabilities.own().missing(List.of(Capability.SYS_ADMIN))
            : Optional.<String>empty())
        .map(words -> "that " + words)
        .orElse(e.getMessage());
  }

  private static boolean areOnForGood() {
    try {
      return !Files.readString(FOR_GOOD).strip().equals("0");
    } catch (IOException notSeen) {
      return false;
    }
  }

  /** By function; none where nothing is counted, for zero would be a claim. */
  Map<String, RunStatistics> of(LoadKey key) {
    Map<String, RunStatistics> counted = new LinkedHashMap<>();
    if (on) {
      for (String function : pins.list(key, PinNames.PROGRAMS)) {
        pins.find(key, PinNames.PROGRAMS, function)
            .map(this::runs)
            .ifPresent(runs -> counted.put(function, runs));
      }
    }
    return counted;
  }

  private RunStatistics runs(Fd program) {
    try (program) {
      ProgramInfo info = libbpf.programInfo(program);
      return new RunStatistics(info.runs(), info.nanoseconds(), info.recursionMisses());
    }
  }

  @Override
  public void close() {
    held.ifPresent(Fd::close);
  }
}
