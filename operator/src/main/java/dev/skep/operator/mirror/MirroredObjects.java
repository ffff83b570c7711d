package dev.skep.operator.mirror;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.operator.image.ImageCache;
import dev.skep.operator.image.ImageFetcher;
import dev.skep.operator.image.InspectedImage;
import dev.skep.operator.image.PullRequest;
import dev.skep.operator.program.ProgramSources;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** The ELF objects that nodes may ask for: those of revisions, and no others. */
@ApplicationScoped
public class MirroredObjects {
  private final ImageCache cache;
  private final ImageFetcher fetcher;
  private final ProgramSources sources;

  MirroredObjects(ImageCache cache, ImageFetcher fetcher, ProgramSources sources) {
    this.cache = cache;
    this.fetcher = fetcher;
    this.sources = sources;
  }

  /** In memory. */
  Optional<byte[]> find(String digest) {
    return cache.findObject(digest);
  }

  /** From the registry again, when it was dropped from memory; blocks. */
  Optional<byte[]> fetch(String digest) {
    List<BpfRevision> revisions =
        sources.revisions().filter(r -> r.getSpec().image().objectDigest().equals(digest)).toList();
    for (BpfRevision revision : revisions) {
      Optional<BpfProgram> program = sources.programOf(revision);
      if (program.isPresent()) {
        ImageFetcher.Answer answer =
            fetcher.fetch(
                PullRequest.of(program.get(), revision.getSpec().image().digest())
                    .withReference(revision.getSpec().image().reference()));
        // Not from memory: where images are many, it may have been dropped again by now.
        if (answer instanceof ImageFetcher.Answer.Here(InspectedImage inspected)
            && inspected.image().objectDigest().equals(digest)) {
          return Optional.of(inspected.image().object());
        }
      }
    }
    return Optional.empty();
  }
}
