package dev.skep.node.source;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.oci.Digest;
import dev.skep.node.log.Log;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Objects by their digest: from the disk, else from the operator's mirror. No byte leaves it
 * unchecked.
 */
public final class ObjectStore {
  static final int MAX_OBJECT_BYTES = 16 << 20;
  private static final long MAX_CACHE_BYTES = 256L << 20;
  private static final String SHA256 = "sha256:";

  private final Path folder;
  private final Optional<Mirror> mirror;
  private final long maxCacheBytes;

  /**
   * A store.
   *
   * @param folder of the disk cache; made when missing
   * @param mirror how to reach the operator's mirror; empty: only what is on disk
   */
  public ObjectStore(Path folder, Optional<MirrorAccess> mirror) {
    this(folder, mirror, Optional.empty());
  }

  /**
   * The same beside an API server.
   *
   * @param told whom to trust for the mirror, while its file of authorities says nothing
   */
  public ObjectStore(Path folder, Optional<MirrorAccess> mirror, Optional<ToldAuthorities> told) {
    this(folder, mirror, told, MAX_CACHE_BYTES, Mirror.TIMEOUT);
  }

  ObjectStore(
      Path folder,
      Optional<MirrorAccess> mirror,
      Optional<ToldAuthorities> told,
      long maxCacheBytes,
      Duration timeout) {
    this.folder = folder;
    this.mirror = mirror.map(access -> new Mirror(access, told, timeout));
    this.maxCacheBytes = maxCacheBytes;
  }

  /** The object of this digest ({@code sha256:…}), from disk or mirror. */
  public byte[] get(String digest) {
    Optional<byte[]> cached = onDisk(digest);
    if (cached.isPresent()) {
      return cached.get();
    }
    byte[] object = fetch(digest);
    put(digest, object);
    return object;
  }

  /** Keeps an object that came by another way. A full or read-only disk is no reason to fail. */
  public void put(String digest, byte[] object) {
    Path file = file(digest);
    try {
      Files.createDirectories(folder);
      Path partial = Files.createTempFile(folder, "", ".partial");
      try {
        Files.write(partial, object);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        // Or a full disk would be filled by what did not fit.
        Files.deleteIfExists(partial);
      }
      evict(file);
    } catch (IOException e) {
      Log.of(ObjectStore.class).warn("object not cached", "cause", e);
    }
  }

  /** The object of this digest, if it is on disk and whole. */
  public Optional<byte[]> onDisk(String digest) {
    Path file = file(digest);
    try {
      byte[] object = Files.readAllBytes(file);
      if (!Digest.of(object).equals(digest)) {
        Files.delete(file);
        return Optional.empty();
      }
      touch(file);
      return Optional.of(object);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new Refusal(
          Reason.FetchFailed, "object " + digest + ": cannot read " + file + ": " + e, e);
    }
  }

  private byte[] fetch(String digest) {
    Mirror source =
        mirror.orElseThrow(
            () ->
                new Refusal(
                    Reason.FetchFailed,
                    "object " + digest + " is not on this node, and no mirror is set"));
    byte[] object = source.fetch(digest);
    String got = Digest.of(object);
    if (!got.equals(digest)) {
      throw new Refusal(
          Reason.DigestMismatch,
          "fetching " + source.url(digest) + ": the bytes have the digest " + got);
    }
    return object;
  }

  /** Used now; where that cannot be noted it is dropped sooner, which is no reason to fail. */
  private static void touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException e) {
      Log.of(ObjectStore.class).debug("use not noted", "file", file, "cause", e);
    }
  }

  private Path file(String digest) {
    if (!digest.matches(SHA256 + "[0-9a-f]{64}")) {
      throw new Refusal(Reason.FetchFailed, "not a sha256 digest: " + digest);
    }
    return folder.resolve(digest.substring(SHA256.length()));
  }

  /** Least recently used first, until the rest fits; never the one just written. */
  private synchronized void evict(Path kept) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files =
          entries
              .filter(f -> !f.equals(kept))
              .sorted(Comparator.comparing(ObjectStore::used))
              .toList();
    }
    long total = Files.size(kept);
    for (Path file : files.reversed()) {
      long size = Files.exists(file) ? Files.size(file) : 0;
      if (total + size > maxCacheBytes) {
        Files.deleteIfExists(file);
      } else {
        total += size;
      }
    }
  }

  private static FileTime used(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (NoSuchFileException e) {
      return FileTime.fromMillis(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
