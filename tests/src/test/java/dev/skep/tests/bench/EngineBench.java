package dev.skep.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Many programs assigned to an empty node at once, until its status says that all are attached. */
final class EngineBench implements Measurement {
  private static final int PROGRAMS = 50;
  private static final int WARM_UP = 12;
  private static final int ROUNDS = 12;

  private final Path root;
  private final Path pins;

  EngineBench(Path root, Path pins) {
    this.root = root;
    this.pins = pins;
  }

  @Override
  public String name() {
    return PROGRAMS + " programs from empty";
  }

  @Override
  public List<Figure> measure() throws IOException {
    Files.createDirectories(pins);
    List<Double> rounds =
        JavaProcess.rounds(
            JavaEngine.class,
            root.resolve("bpf-programs/target/tp.bpf.o").toString(),
            pins.resolve("engine").toString(),
            Integer.toString(PROGRAMS),
            Integer.toString(WARM_UP + ROUNDS));
    return List.of(
        Figure.of(
            PROGRAMS + " programs assigned → all attached, first of a JVM",
            "ms",
            Samples.of(rounds.subList(0, 1))),
        Figure.of(
            PROGRAMS + " programs assigned → all attached, warm",
            "ms",
            Samples.of(rounds.subList(WARM_UP, rounds.size())),
            Goal.median(300)));
  }
}
