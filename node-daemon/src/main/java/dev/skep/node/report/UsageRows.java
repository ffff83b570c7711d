package dev.skep.node.report;

import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.MapState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.node.kernel.ObservedLoad;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What was said last of the cost of functions and maps; laid over rows that are of the same load.
 */
final class UsageRows {
  private final Map<Integer, UsageMeter.Rate> byProgramId = new HashMap<>();
  private final Map<Integer, Long> bytesByMapId = new HashMap<>();

  private UsageRows() {}

  static UsageRows of(
      Map<UsageMeter.Function, UsageMeter.Rate> rates, Collection<ObservedLoad> loads) {
    UsageRows rows = new UsageRows();
    for (ObservedLoad load : loads) {
      load.programs()
          .forEach(
              (name, id) -> {
                UsageMeter.Rate rate = rates.get(new UsageMeter.Function(load.key(), name));
                if (rate != null) {
                  rows.byProgramId.put(id, rate);
                }
              });
      load.maps().forEach(map -> rows.bytesByMapId.put(map.id(), map.bytes()));
    }
    return rows;
  }

  ProgramState on(ProgramState row) {
    return new ProgramState(
        row.namespace(),
        row.name(),
        row.revision(),
        row.state(),
        row.reason(),
        row.message(),
        row.function(),
        row.functions().stream().map(this::on).toList(),
        row.maps().stream().map(this::on).toList());
  }

  private FunctionState on(FunctionState function) {
    UsageMeter.Rate rate = byProgramId.get(function.programId());
    return rate == null
        ? function
        : new FunctionState(
            function.function(),
            function.programId(),
            function.links(),
            function.moreLinks(),
            rate.runsPerSecond(),
            rate.nanosecondsPerRun(),
            function.reason(),
            function.message());
  }

  private MapState on(MapState map) {
    return new MapState(
        map.name(),
        map.id(),
        map.type(),
        map.maxEntries(),
        bytesByMapId.getOrDefault(map.id(), map.bytes()));
  }
}
