package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.operator.config.OperatorSettings;
import dev.skep.operator.configmap.ConfigMaps;
import dev.skep.operator.image.ImagePulls;
import dev.skep.operator.node.Placement;
import dev.skep.operator.node.Placements;
import dev.skep.operator.node.ProgramKey;
import dev.skep.operator.program.Conditions.Truth;
import io.fabric8.kubernetes.api.model.Condition;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees a deleted program off its nodes, then lets it go. */
@ApplicationScoped
public class Departures {
  private static final Logger LOG = LoggerFactory.getLogger(Departures.class);

  private static final String UNKNOWN = "NodesUnknown";

  private final ProgramSources sources;
  private final ImagePulls pulls;
  private final ConfigMaps configMaps;
  private final Placements placements;
  private final StatusWriter statuses;
  private final Duration unknownAfter;
  private final Duration limit;
  private final InstantSource clock;

  Departures(
      ProgramSources sources,
      ImagePulls pulls,
      ConfigMaps configMaps,
      Placements placements,
      StatusWriter statuses,
      OperatorSettings settings,
      InstantSource clock) {
    this.sources = sources;
    this.pulls = pulls;
    this.configMaps = configMaps;
    this.placements = placements;
    this.statuses = statuses;
    this.unknownAfter = settings.heartbeat().unknownAfter();
    this.limit = settings.departure().limit();
    this.clock = clock;
  }

  UpdateControl<BpfProgram> of(BpfProgram program, Context<BpfProgram> context) {
    ProgramKey key = ProgramKey.of(program);
    pulls.forget(key);
    configMaps.follow(key, Set.of());
    // Names no node, and stays until the operator ends: nodes still told to run it must hear.
    placements.publish(key, Placement.nowhere());
    if (context.isPrimaryResourceDeleted()) {
      statuses.forget(key);
      sources.inside().ofSuccessorOf(key);
      return UpdateControl.noUpdate();
    }
    if (!program.hasFinalizer(BpfProgramReconciler.FINALIZER)) {
      return UpdateControl.noUpdate();
    }
    Instant now = clock.instant();
    Departure departure =
        Departure.of(
            key,
            sources.nodes(),
            Instant.parse(program.getMetadata().getDeletionTimestamp()),
            unknownAfter,
            limit,
            now);
    if (departure.isOver()) {
      leave(program, departure, context);
      return UpdateControl.noUpdate();
    }
    Optional<Duration> early =
        statuses.write(program, terminating(program, departure, now), context, now);
    return LookAgain.after(now, Stream.of(early.map(now::plus), departure.lookAgain()));
  }

  private void leave(BpfProgram program, Departure departure, Context<BpfProgram> context) {
    if (!departure.abandoned().isEmpty()) {
      String names = String.join(", ", departure.abandoned());
      LOG.warn("deleted without a word from {}", names);
      statuses.announce(
          program,
          List.of(
              new Announcement(
                  true,
                  UNKNOWN,
                  "deleted without a word from "
                      + names
                      + " for "
                      + limit.toSeconds()
                      + " s: the program may still run there, until the daemon is back")));
    }
    Finalizer.remove(context);
    LOG.info("left all nodes");
  }

  static BpfProgramStatus terminating(BpfProgram program, Departure departure, Instant now) {
    BpfProgramStatus before = Statuses.of(program);
    long generation = program.getMetadata().getGeneration();
    String why = Phase.Terminating.name();
    String message = departure.message();
    List<Condition> conditions = Conditions.without(before.conditions(), Conditions.STALLED);
    conditions =
        Conditions.set(conditions, Conditions.READY, Truth.FALSE, why, message, generation, now);
    conditions =
        Conditions.set(
            conditions, Conditions.PROGRESSING, Truth.TRUE, why, message, generation, now);
    conditions =
        Conditions.degraded(
            conditions, departure.silent().isPresent(), UNKNOWN, message, generation, now);
    return Statuses.ofLeaving(
        before,
        generation,
        departure.nodes(before.nodes() == null ? 0 : before.nodes().desired()),
        departure.silent().stream().toList(),
        conditions);
  }
}
