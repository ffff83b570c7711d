package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.operator.node.ProgramKey;
import io.javaoperatorsdk.operator.api.reconciler.IndexedResourceCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Events that come from inside the operator. */
final class ProgramEvents extends SimpleInboundEventSource<BpfProgram> {
  private static final List<Duration> AFTER_DELETION =
      List.of(Duration.ofMillis(50), Duration.ofMillis(500), Duration.ofSeconds(5));

  private final IndexedResourceCache<BpfProgram> programs;

  ProgramEvents(IndexedResourceCache<BpfProgram> programs) {
    super("inside");
    this.programs = programs;
  }

  /** There is news of a program that is there. */
  void of(ProgramKey program) {
    propagateEvent(id(program));
  }

  /**
   * Looks whether a deleted program was made again under its name. The SDK (5.3.2) forgets that a
   * resource was added when it hears of it while it reconciles the deletion of the one before, and
   * then drops every event of it that is not the resource's own.
   */
  void ofSuccessorOf(ProgramKey deleted) {
    for (Duration wait : AFTER_DELETION) {
      CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> programs.get(id(deleted)).ifPresent(this::added));
    }
  }

  private void added(BpfProgram program) {
    getEventHandler()
        .handleEvent(
            new ResourceEvent(ResourceAction.ADDED, ResourceID.fromResource(program), program));
  }

  private static ResourceID id(ProgramKey program) {
    return new ResourceID(program.name(), program.namespace());
  }
}
