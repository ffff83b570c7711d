package dev.skep.artifact.oci;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Files of layers laid over each other, as layer.md of the OCI image specification has it. Paths
 * are taken by name: no link is followed.
 */
final class Overlay {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final NavigableMap<String, byte[]> lower = new TreeMap<>();
  private final NavigableMap<String, byte[]> own = new TreeMap<>();

  /** A path of an archive from the image's root, with no . or .. in it. */
  static String path(String name) {
    var parts = new ArrayDeque<String>();
    for (String part : name.split("/")) {
      switch (part) {
        case "", "." -> {}
        case ".." -> parts.pollLast();
        default -> parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  /** What follows lies over all there is. */
  void nextLayer() {
    lower.putAll(own);
    own.clear();
  }

  /**
   * Takes away what a whiteout hides: of the layers below only, wherever it stands in its own.
   *
   * @return false when the path is none of a whiteout
   */
  boolean whiteout(String path) {
    int base = path.lastIndexOf('/') + 1;
    if (!path.startsWith(WHITEOUT, base)) {
      return false;
    }
    if (path.substring(base).equals(OPAQUE)) {
      (base == 0 ? lower : below(lower, path.substring(0, base - 1))).clear();
    } else {
      remove(lower, path.substring(0, base) + path.substring(base + WHITEOUT.length()));
    }
    return true;
  }

  /** A folder: what is in it stays. */
  void folder(String path) {
    lower.remove(path);
    own.remove(path);
  }

  /** Anything else: a folder of that name is gone, with all that was in it. */
  void replace(String path) {
    remove(lower, path);
    remove(own, path);
  }

  void put(String path, byte[] content) {
    own.put(path, content);
  }

  /** All layers' files by path. */
  SortedMap<String, byte[]> files() {
    var all = new TreeMap<>(lower);
    all.putAll(own);
    return Collections.unmodifiableSortedMap(all);
  }

  private static void remove(NavigableMap<String, byte[]> files, String path) {
    files.remove(path);
    below(files, path).clear();
  }

  private static SortedMap<String, byte[]> below(
      NavigableMap<String, byte[]> files, String folder) {
    return files.subMap(folder + "/", folder + (char) ('/' + 1));
  }
}
