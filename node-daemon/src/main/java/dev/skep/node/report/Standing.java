package dev.skep.node.report;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.LinkState;
import dev.skep.api.v1alpha1.BpfNodeStatus.MapState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.WantedLink;
import dev.skep.node.plan.Choice;
import dev.skep.node.plan.Desired;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a program's row in the status says: from what the kernel shows, never from intention. */
public final class Standing {
  private Standing() {}

  /**
   * The row of one program.
   *
   * @param assigned what the row speaks of
   * @param mode how far it shall go
   * @param desired what the kernel should show; empty when nothing, or when that is not known
   * @param observed what the kernel shows of the program, seen after the last step
   * @param failures what went wrong in the last attempt
   */
  public static ProgramState of(
      AssignedRevision assigned,
      Mode mode,
      Optional<Desired> desired,
      List<ObservedLoad> observed,
      List<Failure> failures) {
    return noted(row(assigned, mode, desired, observed, failures), shown(desired, observed));
  }

  private static ProgramState row(
      AssignedRevision assigned,
      Mode mode,
      Optional<Desired> desired,
      List<ObservedLoad> observed,
      List<Failure> failures) {
    Optional<ObservedLoad> shown = shown(desired, observed);
    Optional<Failure> failure = failures.stream().max(Comparator.comparing(Standing::weight));
    State state = failure.map(Standing::state).orElseGet(() -> healthy(mode, desired, observed));
    return new ProgramState(
        assigned.namespace(),
        assigned.name(),
        assigned.revision(),
        state,
        failure.map(Failure::reason).orElse(null),
        failure.map(f -> message(f, failures) + goesOn(shown, desired, observed)).orElse(null),
        failure.map(Failure::function).orElse(null),
        FunctionFailures.on(
            shown.map(Standing::functions).orElse(List.of()), failures, isWanted(shown, desired)),
        shown.map(Standing::maps).orElse(List.of()));
  }

  /**
   * The row of a program of which not all functions must run: what is wrong with those that it goes
   * without is said of them, and of the program only that it does.
   *
   * @param choice which functions run on this node
   */
  public static ProgramState of(
      AssignedRevision assigned,
      Mode mode,
      Optional<Desired> desired,
      List<ObservedLoad> observed,
      List<Failure> failures,
      Choice choice) {
    Map<Boolean, List<Failure>> byWeight =
        failures.stream()
            .collect(
                Collectors.partitioningBy(
                    f -> f.function() != null && choice.optional().contains(f.function())));
    ProgramState row =
        row(
            assigned,
            mode,
            desired.map(d -> d.required(choice.optional())),
            observed,
            byWeight.get(false));
    return noted(GoneWithout.on(row, choice.left(), byWeight.get(true)), shown(desired, observed));
  }

  /** What is wrong comes before what is only to be known: that maps lost what they held. */
  private static ProgramState noted(ProgramState row, Optional<ObservedLoad> shown) {
    String words =
        shown.map(ObservedLoad::emptied).orElse(Map.of()).entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(map -> "map %s began empty: %s".formatted(map.getKey(), map.getValue()))
            .collect(Collectors.joining("; "));
    if (words.isEmpty() || row.reason() != null) {
      return row;
    }
    return row.saying(row.message() == null ? words : row.message() + "; " + words);
  }

  private static boolean isWanted(Optional<ObservedLoad> shown, Optional<Desired> desired) {
    return shown.isPresent()
        && desired.isPresent()
        && shown.get().key().equals(desired.get().key());
  }

  /** A failure is not to be read as if nothing ran. */
  private static String goesOn(
      Optional<ObservedLoad> shown, Optional<Desired> desired, List<ObservedLoad> observed) {
    if (observed.stream().noneMatch(Standing::isAttached)) {
      return "";
    }
    if (!isWanted(shown, desired) || !isAttached(shown.get())) {
      return "; what was attached before goes on running";
    }
    return desired.get().links().stream().allMatch(wanted -> stands(wanted, shown.get()))
            && desired.get().without().isEmpty()
        ? "; it is attached and goes on running"
        : "";
  }

  private static boolean isAttached(ObservedLoad load) {
    return load.links().stream().anyMatch(ObservedLink::alive);
  }

  /** The wanted load, else the one that still runs. */
  public static Optional<ObservedLoad> shown(
      Optional<Desired> desired, List<ObservedLoad> observed) {
    return observed.stream()
        .filter(load -> desired.isPresent() && load.key().equals(desired.get().key()))
        .findFirst()
        .or(() -> observed.stream().max(Comparator.comparing(load -> load.links().size())));
  }

  /** Whether the kernel shows this link, alive, on the desired load. */
  public static boolean stands(WantedLink wanted, ObservedLoad load) {
    return load.links().stream()
        .anyMatch(
            link ->
                link.alive()
                    && link.function().equals(wanted.function())
                    && link.target().equals(wanted.target()));
  }

  private static State healthy(Mode mode, Optional<Desired> desired, List<ObservedLoad> observed) {
    if (desired.isEmpty()) {
      return observed.isEmpty() && mode == Mode.Suspend ? State.Suspended : State.Pending;
    }
    Optional<ObservedLoad> load =
        observed.stream().filter(l -> l.key().equals(desired.get().key())).findFirst();
    boolean all =
        load.isPresent()
            && load.get().programs().keySet().containsAll(desired.get().functions())
            && desired.get().links().stream().allMatch(wanted -> stands(wanted, load.get()));
    if (!all) {
      return State.Pending;
    }
    return mode == Mode.Verify ? State.Loaded : State.Attached;
  }

  private static State state(Failure failure) {
    return switch (failure.reason()) {
      case Incompatible -> State.Incompatible;
      case LoaderCrashed -> State.Quarantined;
      // The other program, the node's label or the ConfigMap may come; nothing has to be mended.
      case SharedMapNotFound, NodeValueMissing, ConfigMapNotFound -> State.Pending;
      default -> waitsForTarget(failure.reason()) ? State.Pending : State.Failed;
    };
  }

  /** The target may come by itself, and is looked for. */
  public static boolean waitsForTarget(Reason reason) {
    return switch (reason) {
      case InterfaceNotFound, CgroupNotFound, BinaryNotFound, NetworkNotFound, NoTarget -> true;
      default -> false;
    };
  }

  /** Of several failures the row names the one that waiting helps least. */
  private static int weight(Failure failure) {
    if (waitsForTarget(failure.reason())) {
      return 0;
    }
    return failure.reason().retry() == Reason.Retry.TRANSIENT ? 1 : 2;
  }

  private static String message(Failure failure, List<Failure> all) {
    return all.size() == 1
        ? failure.message()
        : failure.message()
            + (all.size() == 2
                ? "; 1 other thing is"
                : "; " + (all.size() - 1) + " other things are")
            + " wrong";
  }

  private static List<FunctionState> functions(ObservedLoad load) {
    return load.programs().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(e -> new FunctionState(e.getKey(), e.getValue(), links(load, e.getKey()), null, null))
        .toList();
  }

  private static List<LinkState> links(ObservedLoad load, String function) {
    return load.links().stream()
        .filter(link -> link.function().equals(function) && link.alive())
        .sorted(Comparator.comparing(ObservedLink::target))
        .flatMap(link -> link.linkIds().stream().map(id -> new LinkState(id, link.target())))
        .toList();
  }

  private static List<MapState> maps(ObservedLoad load) {
    return load.maps().stream()
        .sorted(Comparator.comparing(ObservedLoad.ObservedMap::name))
        .map(m -> new MapState(m.name(), m.id(), m.type(), m.maxEntries(), m.bytes()))
        .toList();
  }
}
