package dev.skep.tests.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Open, load, pin and attach one small object: plain C with libbpf, and the daemon's own code with
 * its journal, in turn.
 */
final class LoadBench implements Measurement {
  private static final int PROCESSES = 5;
  private static final int EARLY = 20;
  private static final int WARM_UP = 400;
  private static final int ROUNDS = 200;
  private static final int LOADED = 200;

  private final Path root;
  private final Path folder;
  private final Path pins;

  LoadBench(Path root, Path folder, Path pins) {
    this.root = root;
    this.folder = folder;
    this.pins = pins;
  }

  @Override
  public String name() {
    return "load of a small object";
  }

  @Override
  public List<Figure> measure() throws IOException {
    Files.createDirectories(pins);
    String object = root.resolve("bpf-programs/target/tp.bpf.o").toString();
    List<String> c =
        List.of(
            Baseline.compile(root, "loader", folder).toString(),
            object,
            pins.resolve("baseline").toString());
    List<String> java = javaLoader(object);

    List<Double> cCold = new ArrayList<>();
    List<Double> javaCold = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      cCold.add(rounds(c, 1, 0).getFirst());
      javaCold.add(rounds(java, 1, 0).getFirst());
    }
    Samples cWarm = warm(c, 0);
    List<Double> javaRounds = rounds(java, WARM_UP + ROUNDS, 0);
    Samples javaWarm = warm(javaRounds);
    Samples cFull = warm(c, LOADED);
    Samples javaFull = warm(java, LOADED);
    return List.of(
        Figure.of("load+attach+pin, C, first of a process", "ms", Samples.of(cCold)),
        Figure.of("load+attach+pin, C, warm", "ms", cWarm),
        Figure.of("load+attach+pin, Skep, first of a JVM", "ms", Samples.of(javaCold)),
        Figure.of(
            "load+attach+pin, Skep, the next " + EARLY,
            "ms",
            Samples.of(javaRounds.subList(1, 1 + EARLY))),
        Figure.of("load+attach+pin, Skep, warm", "ms", javaWarm)
            .bpfman("1.8 load only")
            .note(
                "Skep's figures hold what C does not do: its journal on disk, with one fdatasync"
                    + " before each load, and its own reading back of every pin."),
        ratio("  Skep ÷ C, medians, warm", javaWarm, cWarm, 2),
        Figure.of("  one fdatasync of 512 bytes on this disk", "ms", syncs()),
        Figure.of("with " + LOADED + " loaded, C, warm", "ms", cFull),
        Figure.of("with " + LOADED + " loaded, Skep, warm", "ms", javaFull).bpfman("18 load only"),
        ratio("  Skep with " + LOADED + " ÷ Skep with 1, medians", javaFull, javaWarm, 1.2));
  }

  private Samples syncs() throws IOException {
    List<Double> milliseconds = new ArrayList<>();
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("synced"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < WARM_UP + ROUNDS; i++) {
        long start = System.nanoTime();
        file.write(ByteBuffer.allocate(512), 0);
        file.force(false);
        milliseconds.add((System.nanoTime() - start) / 1e6);
      }
    }
    return Samples.of(milliseconds.subList(WARM_UP, milliseconds.size()));
  }

  private static Figure ratio(String name, Samples one, Samples other, double atMost) {
    return Figure.of(name, "×", Samples.of(one.median() / other.median()), Goal.median(atMost));
  }

  private List<String> javaLoader(String object) {
    return JavaProcess.command(JavaLoader.class, object, pins.resolve("java").toString());
  }

  private static Samples warm(List<String> loader, int loaded) throws IOException {
    return warm(rounds(loader, WARM_UP + ROUNDS, loaded));
  }

  private static Samples warm(List<Double> rounds) {
    return Samples.of(rounds.subList(WARM_UP, rounds.size()));
  }

  /** Each round's milliseconds. */
  private static List<Double> rounds(List<String> loader, int rounds, int loaded)
      throws IOException {
    List<String> command = new ArrayList<>(loader);
    command.add(Integer.toString(rounds));
    command.add(Integer.toString(loaded));
    return JavaProcess.rounds(command).stream().map(microseconds -> microseconds / 1000).toList();
  }
}
