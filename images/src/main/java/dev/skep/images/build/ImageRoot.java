package dev.skep.images.build;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The layers laid over each other in a folder, as a container's root shows them. */
final class ImageRoot {
  /** What Jib gives every file: the second after the epoch, for some tools take 0 for "none". */
  static final Instant FILE_TIME = Instant.ofEpochSecond(1);

  private ImageRoot() {}

  static void write(List<ImageLayer> layers, Path root) throws IOException {
    delete(root);
    for (ImageLayer layer : layers) {
      for (Map.Entry<String, Path> file : layer.files().entrySet()) {
        Path target = root.resolve(file.getKey().substring(1));
        Files.createDirectories(target.getParent());
        Files.copy(
            file.getValue(),
            target,
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES);
        Files.setLastModifiedTime(target, FileTime.from(FILE_TIME));
      }
    }
    Files.createDirectories(root.resolve("tmp"));
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException trouble)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
