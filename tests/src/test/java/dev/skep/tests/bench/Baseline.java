package dev.skep.tests.bench;

import dev.skep.artifact.process.Command;
import java.nio.file.Path;

/** What Skep is compared to: the programs in C of tests/baseline. */
final class Baseline {
  private Baseline() {}

  /** Compiles one of them into a folder. */
  static Path compile(Path root, String name, Path folder) {
    Path program = folder.resolve(name);
    Command.of("gcc", "-O2", "-Wall", "-o", program.toString())
        .and(root.resolve("tests/baseline/" + name + ".c").toString(), "-lbpf")
        .output();
    return program;
  }
}
