package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.operator.config.OperatorSettings;
import dev.skep.operator.node.ProgramKey;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one that writes the status of programs: when it changed, and not more often than it pays. */
@ApplicationScoped
public class StatusWriter {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);

  private final OperatorSettings.Status settings;
  private final Announcer announcer;
  private final Map<ProgramKey, Remembered> remembered = new ConcurrentHashMap<>();

  StatusWriter(OperatorSettings settings, Announcer announcer) {
    this.settings = settings.status();
    this.announcer = announcer;
  }

  /**
   * @return when to look again, if it was too early to write
   */
  Optional<Duration> write(
      BpfProgram program, BpfProgramStatus status, Context<BpfProgram> context, Instant now) {
    BpfProgramStatus old = Statuses.of(program);
    ProgramKey key = ProgramKey.of(program);
    Remembered before =
        remembered.merge(key, Remembered.first(program, status, now), Remembered::orNewer);
    return switch (StatusPace.of(old, status, before.memory(), settings, now)) {
      case StatusPace.Keep() -> Optional.empty();
      case StatusPace.Wait(Duration time) -> Optional.of(time);
      case StatusPace.Write(BpfProgramStatus next) -> {
        boolean changedMeanwhile = patch(program, next, context);
        remembered.put(key, before.wrote(now, !next.usage().equals(old.usage())));
        announcer.announce(program, Announcement.between(old, next));
        yield changedMeanwhile ? Optional.of(Duration.ZERO) : Optional.empty();
      }
    };
  }

  void announce(BpfProgram program, List<Announcement> news) {
    announcer.announce(program, news);
  }

  void forget(ProgramKey program) {
    remembered.remove(program);
  }

  /**
   * @return whether the program was edited or deleted since it was read: the SDK takes such an
   *     event for one of our own write, whose answer holds the change, and would not look again
   */
  private static boolean patch(
      BpfProgram program, BpfProgramStatus status, Context<BpfProgram> context) {
    BpfProgram patch = new BpfProgram();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(program.getMetadata().getNamespace())
            .withName(program.getMetadata().getName())
            .build());
    patch.setStatus(status);
    try {
      BpfProgram written = context.resourceOperations().serverSideApplyPrimaryStatus(patch);
      LOG.info("status written: {} {}", status.phase(), status.revision());
      return !written.getMetadata().getGeneration().equals(program.getMetadata().getGeneration());
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
      return false;
    }
  }

  /** What is wanted (uid, generation, revision, deletion), and what is remembered of it. */
  private record Remembered(List<Object> wanted, StatusPace.Memory memory) {
    static Remembered first(BpfProgram program, BpfProgramStatus status, Instant now) {
      return new Remembered(
          List.of(
              program.getMetadata().getUid(),
              status.observedGeneration(),
              Optional.ofNullable(status.revision()),
              program.isMarkedForDeletion()),
          new StatusPace.Memory(now, Instant.EPOCH, Instant.EPOCH));
    }

    Remembered orNewer(Remembered newer) {
      return newer.wanted.equals(wanted)
          ? this
          : new Remembered(
              newer.wanted,
              new StatusPace.Memory(newer.memory.since(), memory.written(), memory.usageWritten()));
    }

    Remembered wrote(Instant now, boolean usage) {
      return new Remembered(
          wanted, new StatusPace.Memory(memory.since(), now, usage ? now : memory.usageWritten()));
    }
  }
}
