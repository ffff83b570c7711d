package dev.skep.operator.image;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.oci.ImageReference;
import dev.skep.artifact.oci.ResolvedImage;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Resolves, fetches and inspects; each image once, however many ask for it at the same time. */
@ApplicationScoped
public class ImageFetcher {
  private static final Logger LOG = LoggerFactory.getLogger(ImageFetcher.class);

  /** Requests to one registry at a time; bounds what a registry's answers can take of the heap. */
  private static final int PER_REGISTRY = 4;

  /** What became of a request. */
  public sealed interface Answer {
    record Here(InspectedImage image) implements Answer {}

    record Failed(Failure failure) implements Answer {}
  }

  private final ImageSource source;
  private final ImageCache cache;
  private final Map<String, CompletableFuture<InspectedImage>> underWay = new ConcurrentHashMap<>();
  private final Map<String, Semaphore> registries = new ConcurrentHashMap<>();

  ImageFetcher(ImageSource source, ImageCache cache) {
    this.source = source;
    this.cache = cache;
  }

  /** The answer, if it takes no request to a registry. */
  Optional<InspectedImage> cached(PullRequest request) {
    return Optional.ofNullable(request.knownDigest())
        .flatMap(cache::find)
        .map(image -> image.withReference(request.reference()));
  }

  /** Blocks until the image is here or it is clear that it does not come. */
  public Answer fetch(PullRequest request) {
    try {
      return new Answer.Here(bring(request).withReference(request.reference()));
    } catch (Refusal e) {
      return new Answer.Failed(e.failure());
    } catch (RuntimeException | Error e) {
      // An error too: a pull that never ends would never be tried again.
      LOG.error("image {} of {}: unexpected failure", request.reference(), request.program(), e);
      return new Answer.Failed(
          Failure.of(Reason.InternalError, "image " + request.reference() + ": " + e));
    }
  }

  private InspectedImage bring(PullRequest request) {
    String registry = ImageReference.parse(request.reference()).registry();
    Semaphore turn = registries.computeIfAbsent(registry, r -> new Semaphore(PER_REGISTRY, true));
    turn.acquireUninterruptibly();
    try {
      String digest =
          request.knownDigest() == null ? source.resolve(request) : request.knownDigest();
      Optional<InspectedImage> cached = cache.find(digest);
      return cached.isPresent() ? cached.get() : fetchOnce(request, digest);
    } finally {
      turn.release();
    }
  }

  private InspectedImage fetchOnce(PullRequest request, String digest) {
    CompletableFuture<InspectedImage> mine = new CompletableFuture<>();
    CompletableFuture<InspectedImage> theirs = underWay.putIfAbsent(digest, mine);
    if (theirs != null) {
      return join(theirs);
    }
    try {
      ResolvedImage image = source.fetch(request, digest);
      InspectedImage inspected = new InspectedImage(image, ObjectInspector.inspect(image.object()));
      cache.put(inspected);
      mine.complete(inspected);
      return inspected;
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      underWay.remove(digest);
    }
  }

  private static InspectedImage join(CompletableFuture<InspectedImage> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
