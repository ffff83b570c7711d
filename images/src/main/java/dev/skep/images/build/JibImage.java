package dev.skep.images.build;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import dev.skep.artifact.oci.OciLayout;
import dev.skep.artifact.oci.PackedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Layers and a command made into an image by Jib, with no Docker and no registry. */
final class JibImage {
  /** Bytes; far more than any layer of ours, far less than memory. */
  private static final long LARGEST_LAYER = 1L << 29;

  private JibImage() {}

  /**
   * How a container starts.
   *
   * @param command with its arguments; a pod's arguments come after
   * @param environment of the process
   * @param user uid:gid
   * @param architecture what it runs on
   */
  record Start(
      List<String> command, Map<String, String> environment, String user, String architecture) {}

  static PackedImage build(
      List<ImageLayer> layers, Start start, Map<String, String> labels, Path work)
      throws IOException, InterruptedException {
    Path tar = Files.createTempFile(Files.createDirectories(work), "jib", ".tar");
    Path layout = Files.createTempDirectory(work, "layout");
    try {
      JibContainerBuilder image =
          Jib.fromScratch()
              .setFormat(ImageFormat.OCI)
              .setPlatforms(Set.of(new Platform(start.architecture(), "linux")))
              .setCreationTime(Instant.EPOCH)
              .setEntrypoint(start.command())
              .setEnvironment(start.environment())
              .setUser(start.user())
              .setLabels(labels);
      layers.forEach(layer -> image.addFileEntriesLayer(entries(layer)));
      image.containerize(
          Containerizer.to(TarImage.at(tar).named("skep"))
              .setBaseImageLayersCache(work.resolve("jib"))
              .setApplicationLayersCache(work.resolve("jib"))
              .setToolName("skep")
              .setOfflineMode(true));
      unpack(tar, layout);
      return new OciLayout(layout, Optional.empty()).load(LARGEST_LAYER);
    } catch (ExecutionException e) {
      throw new IOException("Jib: " + e.getCause().getMessage(), e);
    } catch (com.google.cloud.tools.jib.api.RegistryException
        | com.google.cloud.tools.jib.api.CacheDirectoryCreationException
        | com.google.cloud.tools.jib.api.InvalidImageReferenceException e) {
      throw new IOException("Jib: " + e.getMessage(), e);
    } finally {
      Files.delete(tar);
      ImageRoot.delete(layout);
    }
  }

  private static FileEntriesLayer entries(ImageLayer layer) {
    FileEntriesLayer.Builder builder = FileEntriesLayer.builder().setName(layer.name());
    layer
        .files()
        .forEach(
            (target, source) ->
                builder.addEntry(
                    source,
                    AbsoluteUnixPath.get(target),
                    FilePermissions.fromOctalString(Files.isExecutable(source) ? "755" : "644"),
                    ImageRoot.FILE_TIME));
    return builder.build();
  }

  /** Jib's tar of an OCI image is a layout folder in one file. */
  private static void unpack(Path tar, Path folder) throws IOException {
    try (var entries = new TarArchiveInputStream(Files.newInputStream(tar))) {
      for (TarArchiveEntry e = entries.getNextEntry(); e != null; e = entries.getNextEntry()) {
        if (e.isFile()) {
          Path file = folder.resolve(e.getName());
          Files.createDirectories(file.getParent());
          Files.copy(entries, file);
        }
      }
    }
  }
}
