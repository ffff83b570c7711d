package dev.skep.tests.bench;

import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.artifact.process.Command;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The daemon's engine and interfaces that come, in the host's network namespace, as most are. */
public final class JavaInterfaces {
  private static final String FOLLOWS = "follows";
  private static final int OTHERS = 49;

  private final BlockingQueue<BpfNodeStatus> written = new LinkedBlockingQueue<>();
  private final String prefix;

  private JavaInterfaces(String prefix) {
    this.prefix = prefix;
  }

  /**
   * Arguments: OBJECT FUNCTION HOOK FOLDER PREFIX INTERFACES ROUNDS. With more than one interface,
   * which are there: from the assignment of a pattern that matches all of them to a status that
   * says so. With one: from the start of the command that makes it, beside 49 programs that wait
   * for others. Prints the milliseconds of each round.
   */
  public static void main(String[] arguments) throws Exception {
    Logger.getLogger("").setLevel(Level.WARNING);
    int interfaces = Integer.parseInt(arguments[5]);
    StringJoiner rounds = new StringJoiner(",", "{\"total\":[", "]}");
    JavaInterfaces bench = new JavaInterfaces(arguments[4]);
    OneObject source =
        new OneObject(
            Files.readAllBytes(Path.of(arguments[0])),
            name ->
                attached(
                    arguments[1],
                    arguments[2],
                    name.equals(FOLLOWS) ? bench.prefix + "*" : "skbnone*"));
    try (Pins pins = new Pins(Path.of(arguments[3]));
        Pins journal = new Pins(Files.createTempDirectory("skep-bench-journal"));
        PinLock lock = PinLock.take(pins.root());
        Kernel kernel =
            new LinuxKernel(
                pins.root(), new Journal(journal.root(), "bench"), PodSource.none(), lock);
        Threads threads = Threads.start();
        StatusReporter reporter = new StatusReporter(bench.written::add, "bench");
        NodeAgent agent = new NodeAgent(kernel, source, reporter, threads, new DaemonCounters())) {
      agent.start(() -> {});
      for (int round = 0; round < Integer.parseInt(arguments[6]); round++) {
        double took = interfaces > 1 ? bench.all(source, interfaces) : bench.one(source, round);
        rounds.add(String.format(Locale.ROOT, "%.2f", took));
      }
      source.assign(List.of());
      bench.await(status -> status.programs().isEmpty());
    }
    System.out.println(rounds);
  }

  private static Map<String, Object> attached(String function, String hook, String pattern) {
    Map<String, Object> where =
        hook.equals("tc")
            ? Map.of("interfaces", List.of(pattern), "direction", "Ingress")
            : Map.of("interfaces", List.of(pattern));
    return Map.of("programs", List.of(Map.of("function", function, "attach", Map.of(hook, where))));
  }

  private double all(OneObject source, int interfaces) throws Exception {
    long start = System.nanoTime();
    source.assign(List.of(FOLLOWS));
    await(status -> links(status) == interfaces);
    double milliseconds = (System.nanoTime() - start) / 1e6;
    source.assign(List.of());
    await(status -> status.programs().isEmpty());
    return milliseconds;
  }

  private double one(OneObject source, int round) throws Exception {
    if (round == 0) {
      List<String> programs = new ArrayList<>(List.of(FOLLOWS));
      for (int i = 0; i < OTHERS; i++) {
        programs.add("waits-" + i);
      }
      source.assign(programs);
      await(status -> status.programs().size() == programs.size());
    }
    long start = System.nanoTime();
    Command.run("ip", "link", "add", prefix + 0, "type", "veth", "peer", "name", "p" + prefix + 0);
    try {
      await(status -> links(status) == 1);
      return (System.nanoTime() - start) / 1e6;
    } finally {
      Command.run("ip", "link", "del", prefix + 0);
      await(status -> links(status) == 0);
    }
  }

  private static int links(BpfNodeStatus status) {
    return status.programs().stream()
        .flatMap(program -> program.functions().stream())
        .mapToInt(FunctionState::linkCount)
        .sum();
  }

  private void await(Predicate<BpfNodeStatus> wanted) throws InterruptedException {
    BpfNodeStatus status = written.take();
    while (!wanted.test(status)) {
      status = written.take();
    }
  }
}
