package dev.skep.tests.bench;

import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.node.agent.NodeAgent;
import dev.skep.node.agent.Threads;
import dev.skep.node.kernel.Journal;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LinuxKernel;
import dev.skep.node.kernel.PinLock;
import dev.skep.node.metrics.DaemonCounters;
import dev.skep.node.pod.PodSource;
import dev.skep.node.report.StatusReporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/**
 * The daemon's engine without a cluster: from an assignment of many programs to the status that
 * says that all of them are attached, on this machine's kernel.
 */
public final class JavaEngine {
  private final BlockingQueue<BpfNodeStatus> written = new LinkedBlockingQueue<>();
  private final OneObject source;

  private JavaEngine(OneObject source) {
    this.source = source;
  }

  /** Arguments: OBJECT FOLDER PROGRAMS ROUNDS. Prints the milliseconds of each round. */
  public static void main(String[] arguments) throws Exception {
    // A line a load would fill the pipe that nobody reads before the end.
    Logger.getLogger("").setLevel(Level.WARNING);
    byte[] object = Files.readAllBytes(Path.of(arguments[0]));
    int programs = Integer.parseInt(arguments[2]);
    StringJoiner rounds = new StringJoiner(",", "{\"total\":[", "]}");
    JavaEngine engine = new JavaEngine(new OneObject(object, _ -> Map.of()));
    try (Pins pins = new Pins(Path.of(arguments[1]));
        Pins journal = new Pins(Files.createTempDirectory("skep-bench-journal"));
        PinLock lock = PinLock.take(pins.root());
        Kernel kernel =
            new LinuxKernel(
                pins.root(), new Journal(journal.root(), "bench"), PodSource.none(), lock);
        Threads threads = Threads.start();
        StatusReporter reporter = new StatusReporter(engine.written::add, "bench");
        NodeAgent agent =
            new NodeAgent(kernel, engine.source, reporter, threads, new DaemonCounters())) {
      agent.start(() -> {});
      for (int round = 0; round < Integer.parseInt(arguments[3]); round++) {
        rounds.add(String.format(Locale.ROOT, "%.2f", engine.round(programs)));
      }
    }
    System.out.println(rounds);
  }

  private double round(int programs) throws InterruptedException {
    long start = System.nanoTime();
    source.assign(IntStream.range(0, programs).mapToObj(i -> "program-" + i).toList());
    await(
        status ->
            status.programs().stream().filter(p -> p.state() == State.Attached).count()
                == programs);
    double milliseconds = (System.nanoTime() - start) / 1e6;
    source.assign(List.of());
    await(status -> status.programs().isEmpty());
    return milliseconds;
  }

  private void await(Predicate<BpfNodeStatus> wanted) throws InterruptedException {
    BpfNodeStatus status = written.take();
    while (!wanted.test(status)) {
      status = written.take();
    }
  }
}
