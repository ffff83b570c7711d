package dev.skep.images.build;

import java.nio.file.Path;

/**
 * What is built from.
 *
 * @param root the checkout, with operator and daemon built
 * @param version of the project
 * @param revision the commit
 * @param source address of the project's sources
 */
public record Checkout(Path root, String version, String revision, String source) {
  Path file(String relative) {
    return root.resolve(relative);
  }
}
