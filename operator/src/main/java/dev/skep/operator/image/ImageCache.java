package dev.skep.operator.image;

import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.operator.config.OperatorSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Images by digest, the least recently used dropped when their objects exceed the bound. */
@ApplicationScoped
public class ImageCache {
  private final long bound;
  private final Map<String, InspectedImage> byDigest = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, String> digestByObject = new LinkedHashMap<>();
  private long bytes;

  @Inject
  ImageCache(OperatorSettings settings) {
    this(settings.mirror().cacheBytes());
  }

  ImageCache(long bound) {
    this.bound = bound;
  }

  /** By digest of the manifest. */
  synchronized Optional<InspectedImage> find(String digest) {
    return Optional.ofNullable(byDigest.get(digest));
  }

  /** By digest of the ELF object. */
  public synchronized Optional<byte[]> findObject(String objectDigest) {
    return Optional.ofNullable(digestByObject.get(objectDigest))
        .map(byDigest::get)
        .map(inspected -> inspected.image().object());
  }

  synchronized void put(InspectedImage inspected) {
    InspectedImage before = byDigest.put(inspected.image().digest(), inspected);
    digestByObject.put(inspected.image().objectDigest(), inspected.image().digest());
    bytes += size(inspected) - (before == null ? 0 : size(before));
    Iterator<InspectedImage> oldest = byDigest.values().iterator();
    while (bytes > bound && byDigest.size() > 1) {
      InspectedImage dropped = oldest.next();
      oldest.remove();
      forgetObject(dropped.image());
      bytes -= size(dropped);
    }
  }

  /** Another image may hold the same object. */
  private void forgetObject(ResolvedImage dropped) {
    if (digestByObject.remove(dropped.objectDigest(), dropped.digest())) {
      byDigest.values().stream()
          .map(InspectedImage::image)
          .filter(image -> image.objectDigest().equals(dropped.objectDigest()))
          .findFirst()
          .ifPresent(image -> digestByObject.put(image.objectDigest(), image.digest()));
    }
  }

  private static long size(InspectedImage inspected) {
    return inspected.image().object().length;
  }
}
