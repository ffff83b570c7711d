package dev.skep.node.cli;

import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.ObservedLoad.ObservedMap;
import dev.skep.node.kernel.RunStatistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code skep run} shows at one moment; its components are the fields of -o json.
 *
 * @param seconds since it was attached
 * @param programs a row for each function
 * @param maps entries of each map that can be read, the greatest first
 */
record RunSnapshot(
    double seconds, List<ProgramRow> programs, Map<String, List<MapContents.Entry>> maps) {
  private static final Set<String> READABLE =
      Set.of(
          "hash",
          "lru_hash",
          "array",
          "percpu_hash",
          "lru_percpu_hash",
          "percpu_array",
          "lpm_trie");

  /** Entries looked at for the greatest. */
  private static final int LOOKED_AT = 10_000;

  record ProgramRow(
      String function, String target, long runs, double runsPerSecond, long nanosecondsPerRun) {}

  static RunSnapshot take(LocalRun run, RunSnapshot last, double seconds, int rows) {
    Map<String, RunStatistics> statistics = run.statistics();
    List<ProgramRow> programs = new ArrayList<>();
    for (RevisionProgram program : run.revision().getSpec().programs()) {
      RunStatistics now = statistics.getOrDefault(program.function(), new RunStatistics(0, 0, 0));
      programs.add(row(program, now, last, seconds));
    }
    Map<String, List<MapContents.Entry>> maps = new LinkedHashMap<>();
    for (ObservedMap map : run.observed().map(ObservedLoad::maps).orElse(List.of())) {
      if (READABLE.contains(map.type()) && run.report().map(map.name()).isPresent()) {
        run.contents(map, (int) Math.min(map.maxEntries(), LOOKED_AT))
            .map(contents -> contents.withoutZeros().greatest(rows).entries())
            .ifPresent(entries -> maps.put(map.name(), entries));
      }
    }
    return new RunSnapshot(seconds, programs, maps);
  }

  private static ProgramRow row(
      RevisionProgram program, RunStatistics now, RunSnapshot last, double seconds) {
    long before =
        last == null
            ? 0
            : last.programs.stream()
                .filter(p -> p.function.equals(program.function()))
                .mapToLong(ProgramRow::runs)
                .findFirst()
                .orElse(0);
    double elapsed = seconds - (last == null ? 0 : last.seconds);
    return new ProgramRow(
        program.function(),
        LocalRun.target(program),
        now.runs(),
        elapsed <= 0 ? 0 : Math.round((now.runs() - before) / elapsed * 10) / 10.0,
        now.runs() == 0 ? 0 : now.nanoseconds() / now.runs());
  }

  String table() {
    StringBuilder text = new StringBuilder();
    Table programRows = new Table("FUNCTION", "RUNS", "RUNS/S", "NS/RUN", "ATTACHED TO");
    for (ProgramRow program : programs) {
      programRows.row(
          program.function,
          program.runs,
          program.runsPerSecond,
          program.nanosecondsPerRun,
          program.target);
    }
    text.append(programRows);
    maps.forEach(
        (name, entries) -> {
          text.append('\n').append("map ").append(name);
          text.append(entries.isEmpty() ? ": nothing yet\n" : "\n");
          if (!entries.isEmpty()) {
            text.append(new MapContents(entries).table().toString().indent(2));
          }
        });
    return text.append('\n').toString();
  }
}
