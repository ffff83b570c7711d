package dev.skep.node.agent;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.node.agent.ProgramReconciler.Attempt;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.plan.Choice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which functions of a program this node runs. Remembers what the kernel refused, for as long as
 * the same load is wanted. Used by one thread at a time.
 */
final class FunctionChoice {
  private final Kernel kernel;
  private final Map<String, Failure> refused = new HashMap<>();
  private String load = "";

  FunctionChoice(Kernel kernel) {
    this.kernel = kernel;
  }

  Choice choose(BpfRevision revision, List<ObservedLoad> observed) {
    List<RevisionProgram> programs = revision.getSpec().programs();
    if (!load.equals(revision.getSpec().load())) {
      refused.clear();
      load = revision.getSpec().load();
    }
    Set<String> standing =
        observed.stream()
            .filter(o -> o.key().isOf(load))
            .flatMap(o -> o.programs().keySet().stream())
            .collect(Collectors.toSet());
    Set<String> stoodInFor =
        programs.stream().map(RevisionProgram::fallbackFor).collect(Collectors.toSet());
    return Choice.of(
        programs, standing, p -> lacking(revision, p, standing, stoodInFor.contains(p.function())));
  }

  private Optional<Failure> lacking(
      BpfRevision revision, RevisionProgram program, Set<String> standing, boolean hasAnother) {
    if (refused.containsKey(program.function())) {
      return Optional.of(refused.get(program.function()));
    }
    // What is loaded has shown that it can be.
    if (standing.contains(program.function())) {
      return Optional.empty();
    }
    if (!standing.isEmpty() && program.optional()) {
      return kernel.lacking(program).or(() -> Optional.of(leftOut(program.function())));
    }
    return kernel
        .lacking(program)
        .or(() -> hasAnother ? targetLacking(revision, program) : Optional.empty());
  }

  /** Beside what is loaded nothing can be loaded later, and what runs is not ended for it. */
  private static Failure leftOut(String function) {
    return Failure.of(
        Reason.LoadFailed,
        function
            + " was left out when the others were loaded; with the next image, global or map of the"
            + " program it is tried again",
        function);
  }

  /** A function of the kernel or a tracepoint that is not there is looked for no longer. */
  private Optional<Failure> targetLacking(BpfRevision revision, RevisionProgram program) {
    String namespace = revision.getMetadata() == null ? "" : revision.getMetadata().getNamespace();
    for (Attach attach : program.attachments()) {
      Optional<Failure> missing =
          kernel.expand(namespace, program.function(), attach).links().stream()
              .flatMap(link -> kernel.missing(link).stream())
              .filter(f -> isUnsupported(f.reason()))
              .findFirst();
      if (missing.isPresent()) {
        return missing;
      }
    }
    return Optional.empty();
  }

  /** Whether an attempt failed by a function that another can stand in for, or that is optional. */
  boolean leavesOut(Choice choice, Attempt attempt) {
    boolean loading = attempt.loaded().filter(well -> !well).isPresent();
    boolean any = false;
    for (Failure failure : attempt.failures()) {
      String function = failure.function();
      boolean mayGo =
          function != null
              && choice.taken().stream().anyMatch(p -> p.function().equals(function))
              && !refused.containsKey(function)
              && (loading && choice.optional().contains(function) && isPermanent(failure)
                  || choice.replaceable().contains(function) && isUnsupported(failure.reason()));
      if (mayGo) {
        refused.put(function, failure);
        any = true;
      }
    }
    return any;
  }

  /**
   * What may pass is waited for: a function that was left out stays so as long as the load does.
   */
  private static boolean isPermanent(Failure failure) {
    return failure.reason().retry() == Reason.Retry.PERMANENT;
  }

  private static boolean isUnsupported(Reason reason) {
    return switch (reason) {
      case Incompatible, FunctionNotFound, TracepointNotFound -> true;
      default -> false;
    };
  }

  /** The revision with the chosen functions only. */
  static BpfRevision narrowed(BpfRevision revision, Choice choice) {
    if (choice.taken().equals(revision.getSpec().programs())) {
      return revision;
    }
    BpfRevision narrowed = new BpfRevision();
    narrowed.setMetadata(revision.getMetadata());
    narrowed.setSpec(revision.getSpec().of(choice.taken()));
    return narrowed;
  }
}
