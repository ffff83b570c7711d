package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.operator.config.OperatorSettings;
import dev.skep.operator.image.ImagePulls;
import dev.skep.operator.log.ReconcileLog;
import dev.skep.operator.node.Placements;
import dev.skep.operator.node.ProgramKey;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** From a BpfProgram to a revision on its nodes, and from what nodes say to its status. */
// Without end: an API server that is away for an hour is no reason to give up.
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 10_000)
@ControllerConfiguration(name = "bpfprogram", finalizerName = BpfProgramReconciler.FINALIZER)
public class BpfProgramReconciler implements Reconciler<BpfProgram> {
  static final String FINALIZER = "skep.dev/programs";

  private final ProgramSources sources;
  private final ImagePulls pulls;
  private final Candidates candidates;
  private final RevisionStore revisions;
  private final Placements placements;
  private final Departures departures;
  private final StatusWriter statuses;
  private final Duration unknownAfter;
  private final InstantSource clock;

  public BpfProgramReconciler(
      ProgramSources sources,
      ImagePulls pulls,
      Candidates candidates,
      RevisionStore revisions,
      Placements placements,
      Departures departures,
      StatusWriter statuses,
      OperatorSettings settings,
      InstantSource clock) {
    this.sources = sources;
    this.pulls = pulls;
    this.candidates = candidates;
    this.revisions = revisions;
    this.placements = placements;
    this.departures = departures;
    this.statuses = statuses;
    this.unknownAfter = settings.heartbeat().unknownAfter();
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, BpfProgram>> prepareEventSources(
      EventSourceContext<BpfProgram> context) {
    return sources.open(context);
  }

  @Override
  public UpdateControl<BpfProgram> reconcile(BpfProgram program, Context<BpfProgram> context) {
    try (var _ = ReconcileLog.of(program)) {
      return context.isPrimaryResourceDeleted() || program.isMarkedForDeletion()
          ? departures.of(program, context)
          : bring(program, context);
    }
  }

  private UpdateControl<BpfProgram> bring(BpfProgram program, Context<BpfProgram> context) {
    Instant now = clock.instant();
    Finalizer finalizer = Finalizer.begin(context);
    Optional<BpfRevision> current = revisions.current(program);
    Candidate candidate = candidates.of(program, current);
    Optional<BpfRevision> revision = candidate.decides(program, current);
    revision.ifPresent(decided -> revisions.ensure(program, decided, context));
    Target target = Target.of(program, revision, sources.nodes());
    if (revision.isPresent()) {
      placements.publish(ProgramKey.of(program), target.placement());
    }
    finalizer.await();
    BpfProgramStatus status =
        StatusSummary.of(
            new StatusSummary.Inputs(
                program,
                candidate,
                revision,
                target.selected(),
                target.revisions(),
                unknownAfter,
                now));
    Optional<Duration> early = statuses.write(program, status, context, now);
    Optional<Duration> pruned = revisions.prune(program, revision, status, context);
    return LookAgain.after(
        now,
        Stream.of(
            early.map(now::plus),
            pruned.map(now::plus),
            pulls.due(ProgramKey.of(program)),
            LookAgain.whenRefused(candidate, now),
            LookAgain.whenOneFallsSilent(target.selected(), unknownAfter, now)));
  }
}
