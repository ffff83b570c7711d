package dev.skep.node.report;

import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.node.plan.Choice.Left;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a row says of functions that the program goes without on this node. */
final class GoneWithout {
  private GoneWithout() {}

  /**
   * @param left functions that were not loaded
   * @param failures of optional functions that were
   */
  static ProgramState on(ProgramState row, List<Left> left, List<Failure> failures) {
    if (left.isEmpty() && failures.isEmpty()) {
      return row;
    }
    List<FunctionState> functions = new ArrayList<>();
    row.functions().forEach(f -> functions.add(with(f, failures)));
    left.forEach(
        l ->
            functions.add(
                new FunctionState(l.function(), null, null, null, null)
                    .without(l.why().reason(), words(l))));
    String message =
        Stream.concat(
                left.stream().map(GoneWithout::words),
                failures.stream().map(f -> "goes without " + f.function() + ": " + f.message()))
            .collect(Collectors.joining("; "));
    return new ProgramState(
        row.namespace(),
        row.name(),
        row.revision(),
        row.state(),
        row.reason(),
        // What is wrong comes before what is only to be known.
        row.message() == null ? message : row.message(),
        row.function(),
        functions,
        row.maps());
  }

  private static FunctionState with(FunctionState function, List<Failure> failures) {
    return failures.stream()
        .filter(f -> f.function().equals(function.function()))
        .findFirst()
        .map(f -> function.without(f.reason(), f.message()))
        .orElse(function);
  }

  private static String words(Left left) {
    return left.instead()
            .map(other -> other + " runs in place of " + left.function())
            .orElse("goes without " + left.function())
        + ": "
        + left.why().message();
  }
}
