package dev.skep.images.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Files of an image that change together.
 *
 * @param name for whoever reads the image's history
 * @param files path in the image → what is there; links are followed, so an image has none
 */
record ImageLayer(String name, SortedMap<String, Path> files) {

  static ImageLayer of(String name) {
    return new ImageLayer(name, new TreeMap<>());
  }

  /** With one more file. */
  ImageLayer file(String target, Path source) {
    files.put(target, source);
    return this;
  }

  /** With all files of a folder, at the same places below {@code target}. */
  ImageLayer folder(String target, Path source) {
    try (Stream<Path> found = Files.walk(source)) {
      found
          .filter(Files::isRegularFile)
          .forEach(f -> files.put(target + "/" + source.relativize(f), f));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + source, e);
    }
    return this;
  }
}
