package dev.skep.operator.image;

import dev.skep.operator.config.OperatorSettings;
import dev.skep.operator.node.ProgramKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Brings images to programs. Nothing here blocks: a pull runs on a thread of its own, so that a
 * slow or dead registry holds nobody but those who want its images.
 */
@ApplicationScoped
public class ImagePulls {
  private final ImageFetcher fetcher;
  private final Backoff backoff;
  private final OperatorSettings.Pull settings;
  private final InstantSource clock;
  private final Map<ProgramKey, PullLane> lanes = new ConcurrentHashMap<>();
  private volatile Consumer<ProgramKey> finished = program -> {};

  @Inject
  ImagePulls(ImageFetcher fetcher, OperatorSettings settings, InstantSource clock) {
    this.fetcher = fetcher;
    this.settings = settings.pull();
    this.backoff = new Backoff(this.settings.backoff(), this.settings.recheck());
    this.clock = clock;
  }

  /**
   * How the pull stands that this request asks for; starts it when it is due. The program is named
   * to the listener when that changes.
   */
  public Pull want(PullRequest request) {
    PullLane lane = lanes.computeIfAbsent(request.program(), p -> new PullLane());
    Instant now = clock.instant();
    Optional<PullLane.Attempt> attempt = lane.next(request, now);
    if (attempt.isPresent() && !answeredFromCache(lane, attempt.get(), now)) {
      Thread.ofVirtual()
          .name("pull " + request.program())
          .start(
              () -> {
                run(lane, attempt.get());
                finished.accept(request.program());
              });
    }
    return lane.outcome();
  }

  /** When the program's tag is to be looked up again, or the pull tried again. */
  public Optional<Instant> due(ProgramKey program) {
    return Optional.ofNullable(lanes.get(program)).map(PullLane::due);
  }

  /** The program is gone. */
  public void forget(ProgramKey program) {
    lanes.remove(program);
  }

  /** Who is told of finished pulls. */
  public void onFinished(Consumer<ProgramKey> listener) {
    finished = listener;
  }

  private boolean answeredFromCache(PullLane lane, PullLane.Attempt attempt, Instant now) {
    Optional<InspectedImage> cached = fetcher.cached(attempt.request());
    cached.ifPresent(image -> lane.succeeded(attempt, image, nextLook(attempt, now)));
    return cached.isPresent();
  }

  private void run(PullLane lane, PullLane.Attempt attempt) {
    ImageFetcher.Answer answer = fetcher.fetch(attempt.request());
    Instant now = clock.instant();
    switch (answer) {
      case ImageFetcher.Answer.Here(InspectedImage image) ->
          lane.succeeded(attempt, image, nextLook(attempt, now));
      case ImageFetcher.Answer.Failed(var failure) ->
          lane.failed(
              attempt,
              failure,
              failures -> now.plus(backoff.after(failure, failures, RandomGenerator.getDefault())));
    }
  }

  private Instant nextLook(PullLane.Attempt attempt, Instant now) {
    return attempt.request().followTag() ? now.plus(settings.recheck()) : Instant.MAX;
  }
}
