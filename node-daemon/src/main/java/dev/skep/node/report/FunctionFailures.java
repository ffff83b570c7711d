package dev.skep.node.report;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a row says of each function that something is wrong with; the row itself names one. */
final class FunctionFailures {
  /** Of one function so many are said in words. */
  private static final int SAID = 3;

  private FunctionFailures() {}

  /**
   * @param functions as the kernel shows them
   * @param wanted whether they are of the load that the failures are about
   */
  static List<FunctionState> on(
      List<FunctionState> functions, List<Failure> failures, boolean wanted) {
    Map<String, List<Failure>> byFunction =
        failures.stream()
            .filter(f -> f.function() != null)
            .collect(groupingBy(Failure::function, LinkedHashMap::new, toList()));
    List<FunctionState> all = new ArrayList<>();
    for (FunctionState function : functions) {
      List<Failure> its = wanted ? byFunction.remove(function.function()) : null;
      all.add(its == null ? function : with(function, its));
    }
    // One that is not in the kernel the row itself speaks of, unless there are several.
    functions.forEach(f -> byFunction.remove(f.function()));
    if (byFunction.size() > 1) {
      byFunction.forEach(
          (function, its) ->
              all.add(with(new FunctionState(function, null, null, null, null), its)));
    }
    return all;
  }

  private static FunctionState with(FunctionState function, List<Failure> failures) {
    int more = failures.size() - SAID;
    return function.without(
        failures.getFirst().reason(),
        failures.stream().limit(SAID).map(Failure::message).collect(joining("; "))
            + (more > 0 ? " (and " + more + " more)" : ""));
  }
}
