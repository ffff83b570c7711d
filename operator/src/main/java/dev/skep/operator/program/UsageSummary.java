package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.MapState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.Usage;
import dev.skep.operator.node.NodeView;
import dev.skep.operator.node.ProgramKey;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a program costs, summed over nodes.
 *
 * @param functions one row for each function that reports
 * @param runsPerSecond all functions together, or null when none reports
 * @param nanosecondsPerRun mean over all runs, or null
 * @param mapMemoryBytes all maps together, or null
 */
record UsageSummary(
    List<Usage> functions, Long runsPerSecond, Long nanosecondsPerRun, Long mapMemoryBytes) {

  private static final MathContext THREE_DIGITS = new MathContext(3);

  static UsageSummary of(List<NodeView> nodes, ProgramKey program, String revision) {
    Map<String, Sum> sums = new TreeMap<>();
    long bytes = 0;
    for (NodeView node : nodes) {
      Optional<ProgramState> state =
          node.stateOf(program).filter(s -> s.revision().equals(revision));
      if (state.isPresent()) {
        for (FunctionState function : state.get().functions()) {
          if (function.runsPerSecond() != null) {
            sums.computeIfAbsent(function.function(), f -> new Sum()).add(node.name(), function);
          }
        }
        bytes +=
            state.get().maps().stream()
                .map(MapState::bytes)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sum();
      }
    }
    List<Usage> rows = sums.entrySet().stream().map(e -> e.getValue().row(e.getKey())).toList();
    double runs = sums.values().stream().mapToDouble(s -> s.runs).sum();
    double time = sums.values().stream().mapToDouble(s -> s.nanoseconds).sum();
    return new UsageSummary(
        rows,
        sums.isEmpty() ? null : rounded(runs).longValue(),
        sums.isEmpty() ? null : runs == 0 ? 0L : Math.round(time / runs),
        bytes == 0 ? null : bytes);
  }

  /** What status says now. */
  static UsageSummary in(BpfProgramStatus status) {
    return new UsageSummary(
        status.usage(),
        status.runsPerSecond(),
        status.nanosecondsPerRun(),
        status.mapMemoryBytes());
  }

  /** Whether a number moved by a tenth, appeared or went away. */
  boolean differsNoticeablyFrom(UsageSummary before) {
    return moved(before.runsPerSecond, runsPerSecond)
        || moved(before.nanosecondsPerRun, nanosecondsPerRun)
        || moved(before.mapMemoryBytes, mapMemoryBytes)
        || !names().equals(before.names());
  }

  private List<String> names() {
    return functions.stream().map(Usage::function).toList();
  }

  private static boolean moved(Long before, Long now) {
    if (before == null || now == null) {
      return !Objects.equals(before, now);
    }
    return Math.abs(now - before) * 10 > Math.abs(before);
  }

  private static BigDecimal rounded(double value) {
    return new BigDecimal(value).round(THREE_DIGITS);
  }

  private static final class Sum {
    private double runs;
    private double nanoseconds;
    private double most = -1;
    private String busiest;

    void add(String node, FunctionState function) {
      long each = function.nanosecondsPerRun() == null ? 0 : function.nanosecondsPerRun();
      double time = function.runsPerSecond() * each;
      runs += function.runsPerSecond();
      nanoseconds += time;
      if (time > most) {
        most = time;
        busiest = node;
      }
    }

    Usage row(String function) {
      return new Usage(
          function,
          rounded(runs).doubleValue(),
          runs == 0 ? 0L : Math.round(nanoseconds / runs),
          busiest);
    }
  }
}
