package dev.skep.tests.bench;

import dev.skep.tests.images.ImageBuilds;
import dev.skep.tests.images.ImageProcess;
import dev.skep.tests.stack.RunningProcess;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How long operator and daemon take to start, and what they take while they do nothing. The daemon
 * is what its image starts, in the image's own root: the Java and the class archive that ship.
 */
final class FootprintBench implements Measurement {
  private static final int PROGRAMS = 50;
  private static final int STARTS = 5;
  private static final int SETTLE_MILLIS = 15_000;
  private static final int IDLE_MILLIS = 20_000;
  // Linux: USER_HZ, the unit of /proc/PID/stat, is 100 on every architecture that Java runs on.
  private static final double TICKS_PER_SECOND = 100;

  private final Stack stack;
  private final Path folder;
  private List<String> container;

  FootprintBench(Stack stack, Path folder) {
    this.stack = stack;
    this.folder = folder;
  }

  /** What the daemon's container is started with, once its image is built. */
  private List<String> container() throws IOException {
    ImageBuilds images = ImageBuilds.here(folder.resolve("images"));
    images.call("build", "daemon");
    return ImageProcess.command(
        images.configuration("daemon"),
        images.unpack("daemon", folder.resolve("daemon")),
        stack.folder().toString(),
        Map.of(),
        List.of());
  }

  @Override
  public String name() {
    return "start, memory, idle";
  }

  @Override
  public List<Figure> measure() throws IOException {
    container = container();
    List<Figure> figures = new ArrayList<>();
    figures.add(
        Figure.of(
                "daemon: start → ready, no programs",
                "ms",
                starts(this::restartDaemon),
                Goal.max(600))
            .note(
                "From exec of the image's own command to a good answer of /readyz, asked each 20 ms;"
                    + " what containerd and the kubelet do before is not in it."));
    Stack.pause(SETTLE_MILLIS);
    figures.add(memory("no programs"));
    figures.add(Figure.of("daemon: CPU, no programs", "%", cpu(stack.daemon())));
    try {
      apply(0, 1);
      Stack.pause(SETTLE_MILLIS);
      figures.add(memory("after applying 1 program"));
      restartDaemon();
      Stack.pause(SETTLE_MILLIS);
      figures.add(memory("with 1 adopted"));
      apply(1, PROGRAMS);
      Stack.pause(SETTLE_MILLIS);
      figures.add(memory("after applying " + PROGRAMS + " programs"));
      figures.add(Figure.of("operator: RSS", "MiB", rss(stack.operator())).bpfman("61"));
      figures.add(
          Figure.of(
                  "daemon: start → %d programs adopted and ready".formatted(PROGRAMS),
                  "ms",
                  starts(this::restartDaemon),
                  Goal.max(1000))
              .note("As above, with nothing loaded again."));
      Stack.pause(SETTLE_MILLIS);
      figures.add(memory("with " + PROGRAMS + " adopted"));
      figures.add(
          Figure.of("daemon: CPU with " + PROGRAMS + " programs", "%", cpu(stack.daemon())));
      figures.add(Figure.of("operator: start → ready", "ms", starts(this::restartOperator)));
    } finally {
      stack.deletePrograms();
    }
    return figures;
  }

  private Figure memory(String when) throws IOException {
    return Figure.of("daemon: RSS " + when, "MiB", rss(stack.daemon()), Goal.max(90))
        .bpfman("69 + 56");
  }

  private void apply(int from, int to) {
    String reference = stack.registry().address() + "/bench/many:v1";
    TestImages.push(reference, Map.of("tp.bpf.o", TestImages.object("tp")));
    List<String> names = IntStream.range(from, to).mapToObj(i -> "many-" + i).toList();
    names.forEach(name -> stack.apply(name, "image: {reference: \"" + reference + "\"}\n"));
    names.forEach(stack::awaitReady);
  }

  private interface Restart {
    /** Ends and starts a process; returns what the start took, in nanoseconds. */
    long run();
  }

  private static Samples starts(Restart restart) {
    List<Double> milliseconds = new ArrayList<>();
    for (int i = 0; i < STARTS; i++) {
      milliseconds.add(restart.run() / 1e6);
    }
    return Samples.of(milliseconds);
  }

  private long restartDaemon() {
    List<String> before = pinned();
    stack.daemon().close();
    long start = System.nanoTime();
    stack.startDaemonBy(container);
    long took = System.nanoTime() - start;
    if (!pinned().equals(before)) {
      throw new IllegalStateException("pins changed over a restart: " + before + " → " + pinned());
    }
    return took;
  }

  private List<String> pinned() {
    return IntStream.range(0, PROGRAMS)
        .mapToObj(i -> stack.pins("many-" + i, "links").toString())
        .toList();
  }

  private long restartOperator() {
    stack.operator().close();
    long start = System.nanoTime();
    stack.startOperator();
    return System.nanoTime() - start;
  }

  /** Resident memory now, MiB. */
  private static Samples rss(RunningProcess process) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> Samples.of(Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024))
        .findFirst()
        .orElseThrow();
  }

  /** Percent of one CPU over a while. */
  private static Samples cpu(RunningProcess process) throws IOException {
    long before = ticks(process);
    Stack.pause(IDLE_MILLIS);
    return Samples.of((ticks(process) - before) / TICKS_PER_SECOND / IDLE_MILLIS * 1000 * 100);
  }

  private static long ticks(RunningProcess process) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    // The command's name, in parentheses, may hold blanks: count from behind it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }
}
