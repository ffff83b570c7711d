package dev.skep.images.debian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The committed list of packages, {@code images/packages.lock}: a line each, # for remarks.
 *
 * @param packages all of it, for every architecture
 */
public record PackageLock(List<LockedPackage> packages) {
  public PackageLock {
    packages = List.copyOf(packages);
  }

  /** Reads the list. */
  public static PackageLock read(Path file) throws IOException {
    return new PackageLock(
        Files.readAllLines(file).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(LockedPackage::parse)
            .toList());
  }

  /**
   * One package for an architecture.
   *
   * @throws IllegalArgumentException when the list does not have it
   */
  public LockedPackage find(String name, String architecture) {
    return packages.stream()
        .filter(p -> p.name().equals(name) && p.architecture().equals(architecture))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "images/packages.lock has no %s for %s: add it to scripts/images.sh and run"
                            .formatted(name, architecture)
                        + " scripts/images.sh lock"));
  }
}
