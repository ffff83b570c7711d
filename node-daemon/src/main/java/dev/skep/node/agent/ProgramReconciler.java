package dev.skep.node.agent;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.execute.Executor;
import dev.skep.node.execute.Executor.Outcome;
import dev.skep.node.kernel.Expansion;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.LoadRequest;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.WantedLink;
import dev.skep.node.log.Log;
import dev.skep.node.plan.Choice;
import dev.skep.node.plan.Desired;
import dev.skep.node.plan.Planner;
import dev.skep.node.plan.Step;
import dev.skep.node.report.RunningProgram;
import dev.skep.node.report.Standing;
import dev.skep.node.source.DesiredSource;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Attempts to bring one program from what the kernel shows to what is wanted: observe, plan,
 * execute, observe. Used by one thread at a time.
 */
final class ProgramReconciler {
  private final Kernel kernel;
  private final DesiredSource source;
  private final ObjectReports reports;
  private final OnThisNode here;
  private final DeclaredEntries entries;

  private final FunctionChoice functions;

  /** Loads that may stand in the kernel. */
  private final Set<LoadKey> loads = new LinkedHashSet<>();

  private Optional<Duration> loadTime = Optional.empty();

  ProgramReconciler(Kernel kernel, DesiredSource source, ObjectReports reports) {
    this.kernel = kernel;
    this.functions = new FunctionChoice(kernel);
    this.source = source;
    this.reports = reports;
    this.here = new OnThisNode(source, kernel);
    this.entries = new DeclaredEntries(kernel, reports);
  }

  /**
   * What an attempt came to.
   *
   * @param row for the status
   * @param failures what went wrong; empty when all is as wanted
   * @param waitingFor links that failed since their target is not there
   * @param desired what it was to come to; empty when nothing, or when that is not known
   * @param observed what the kernel shows afterwards; empty when it was let go of entirely
   * @param freed whether something of it that stood before does no more, so that a place is free
   * @param loaded whether a load went well; empty when there was none
   * @param running the same for whoever measures
   */
  record Attempt(
      ProgramState row,
      List<Failure> failures,
      List<WantedLink> waitingFor,
      Optional<Desired> desired,
      List<ObservedLoad> observed,
      boolean freed,
      Optional<Boolean> loaded,
      RunningProgram running) {}

  /** Loads of this program that stand in the kernel. */
  void adopt(List<ObservedLoad> observed) {
    observed.forEach(load -> loads.add(load.key()));
  }

  /** Whether somebody changed what is declared for the maps; for any thread. */
  boolean drifted() {
    return entries.drifted();
  }

  /** Whether what the node adds to the revision is another than it was; for any thread. */
  boolean nodeChanged() {
    return here.changed();
  }

  /** Brings the program to this revision. */
  Attempt bring(AssignedRevision assigned, Log log) {
    BpfRevision revision;
    try {
      revision = here.revision(assigned);
    } catch (Refusal refusal) {
      return unresolved(assigned, List.of(refusal.failure()));
    } catch (RuntimeException fault) {
      log.error("revision not had by a fault of the daemon", fault);
      return unresolved(assigned, List.of(Failure.of(Reason.InternalError, String.valueOf(fault))));
    }
    while (true) {
      List<ObservedLoad> before = observe();
      Choice choice = functions.choose(revision, before);
      Attempt attempt = bring(assigned, revision, choice, before, log);
      if (!functions.leavesOut(choice, attempt)) {
        return attempt;
      }
      log.info("tried again without a function that this node can go without");
    }
  }

  private Attempt bring(
      AssignedRevision assigned,
      BpfRevision whole,
      Choice choice,
      List<ObservedLoad> before,
      Log log) {
    if (!choice.failures().isEmpty()) {
      return unresolved(assigned, choice.failures());
    }
    BpfRevision revision = FunctionChoice.narrowed(whole, choice);
    BpfRevisionSpec spec = revision.getSpec();
    Optional<Desired> desired = desired(assigned, spec);
    List<Step> plan;
    try {
      plan = Planner.plan(filling(desired, revision, before), before, kernel::replacesInPlace);
    } catch (Refusal refusal) {
      return unresolved(assigned, List.of(refusal.failure()));
    }
    desired.ifPresent(d -> loads.add(d.key()));
    Outcome outcome = Executor.run(plan, kernel, step -> request(revision, step), log);
    outcome.loadTime().ifPresent(time -> loadTime = Optional.of(time));
    List<ObservedLoad> observed = plan.isEmpty() ? before : observe();
    List<Failure> failures =
        Stream.concat(
                outcome.failures().stream(), desired.stream().flatMap(d -> d.without().stream()))
            .toList();
    ProgramState row = Standing.of(assigned, spec.mode(), desired, observed, failures, choice);
    return attempt(row, failures, outcome, Optional.of(revision), desired, before, observed);
  }

  /** Lets go of the program, whose last revision was this. */
  Attempt letGo(AssignedRevision last, Log log) {
    here.nothing();
    entries.nothing();
    List<ObservedLoad> before = observe();
    List<Step> plan = Planner.plan(Optional.empty(), before, kernel::replacesInPlace);
    Outcome outcome =
        Executor.run(
            plan,
            kernel,
            step -> {
              throw new IllegalStateException("letting go never loads");
            },
            log);
    List<ObservedLoad> observed = observe();
    ProgramState row =
        Standing.of(last, Mode.Attach, Optional.empty(), observed, outcome.failures());
    return attempt(
        row, outcome.failures(), outcome, Optional.empty(), Optional.empty(), before, observed);
  }

  private Optional<Desired> filling(
      Optional<Desired> desired, BpfRevision revision, List<ObservedLoad> observed) {
    if (desired.isEmpty()) {
      entries.nothing();
    }
    return desired.map(d -> d.filling(entries.toFill(d.key(), revision, observed)));
  }

  private Attempt unresolved(AssignedRevision assigned, List<Failure> failures) {
    List<ObservedLoad> observed = observe();
    ProgramState row = Standing.of(assigned, Mode.Attach, Optional.empty(), observed, failures);
    Outcome outcome =
        new Outcome(
            failures.stream().map(f -> new Executor.Failed(null, f)).toList(), Optional.empty());
    return attempt(
        row, outcome.failures(), outcome, Optional.empty(), Optional.empty(), observed, observed);
  }

  private Attempt attempt(
      ProgramState row,
      List<Failure> failures,
      Outcome outcome,
      Optional<BpfRevision> revision,
      Optional<Desired> desired,
      List<ObservedLoad> before,
      List<ObservedLoad> observed) {
    List<WantedLink> waitingFor =
        outcome.failed().stream()
            .filter(failed -> Standing.waitsForTarget(failed.failure().reason()))
            .filter(failed -> failed.step() instanceof Step.AttachLink)
            .map(failed -> ((Step.AttachLink) failed.step()).link())
            .toList();
    RunningProgram running =
        new RunningProgram(
            row.namespace(),
            row.name(),
            row.state(),
            revision,
            Standing.shown(desired, observed),
            () ->
                revision
                    .map(reports::of)
                    .orElseThrow(() -> new Refusal(Reason.FetchFailed, "no revision is known")),
            loadTime);
    boolean freed = !attachments(observed).containsAll(attachments(before));
    return new Attempt(
        row, failures, waitingFor, desired, observed, freed, outcome.loaded(), running);
  }

  /** What holds a place: of other programs too, where one is waited for. */
  private static Set<Object> attachments(List<ObservedLoad> loads) {
    return loads.stream()
        .flatMap(load -> load.links().stream())
        .map(link -> List.of(link.load(), link.target(), link.linkIds()))
        .collect(Collectors.toSet());
  }

  /**
   * Whether targets came or went since an attempt, so that another one has something to do.
   *
   * @param words whether it is enough that what is said of missing targets would be said otherwise
   */
  boolean targetsMoved(Attempt left, boolean words) {
    Optional<BpfRevision> revision = left.running().revision();
    if (revision.isEmpty() || left.desired().isEmpty()) {
      return false;
    }
    AssignedRevision assigned =
        new AssignedRevision(left.row().namespace(), left.row().name(), left.row().revision());
    Desired before = left.desired().get();
    Optional<Desired> now = desired(assigned, revision.get().getSpec());
    return now.isEmpty()
        || !now.get().links().equals(before.links())
        || !missed(now.get(), words).equals(missed(before, words))
        || before.links().stream().anyMatch(link -> moved(link, left));
  }

  private static List<?> missed(Desired desired, boolean words) {
    return words ? desired.without() : desired.without().stream().map(Failure::reason).toList();
  }

  /** Of targets that are told apart by instance the links themselves have spoken. */
  private boolean moved(WantedLink link, Attempt left) {
    boolean waiting = left.waitingFor().contains(link);
    return (waiting || link.instance() == 0) && kernel.missing(link).isPresent() != waiting;
  }

  private Optional<Desired> desired(AssignedRevision assigned, BpfRevisionSpec spec) {
    if (spec.mode() == Mode.Suspend) {
      return Optional.empty();
    }
    LoadKey key = new LoadKey(assigned.namespace(), assigned.name(), spec.load());
    Set<String> functions =
        spec.programs().stream().map(RevisionProgram::function).collect(Collectors.toSet());
    Expansion targets = Expansion.of(List.of());
    if (spec.mode() == Mode.Attach) {
      for (RevisionProgram program : spec.programs()) {
        for (Attach attach : program.attachments()) {
          targets = targets.and(kernel.expand(assigned.namespace(), program.function(), attach));
        }
      }
    }
    return Optional.of(new Desired(key, functions, targets.links(), targets.without()));
  }

  private LoadRequest request(BpfRevision revision, Step.Load step) {
    byte[] object = source.object(revision);
    BpfRevisionSpec spec = revision.getSpec();
    return new LoadRequest(
        step.key(),
        object,
        reports.of(revision, object),
        spec.programs().stream().map(RevisionProgram::function).collect(Collectors.toSet()),
        LoadRequest.targets(spec.programs()),
        spec.globals(),
        spec.maps(),
        spec.onIncompatibleMap(),
        step.reuse());
  }

  private List<ObservedLoad> observe() {
    List<ObservedLoad> observed =
        loads.stream().map(kernel::observe).flatMap(Optional::stream).toList();
    loads.retainAll(observed.stream().map(ObservedLoad::key).toList());
    return observed;
  }
}
