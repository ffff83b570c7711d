package dev.skep.tests.bench;

import dev.skep.tests.cluster.ControlPlane;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes every measurement, prints the table and writes it as JSON. */
public final class Bench {
  private final Table table = new Table();
  private final List<String> failures = new ArrayList<>();
  private final Set<String> only;
  private final double loadBefore = load();

  private Bench(Set<String> only) {
    this.only = only;
  }

  /**
   * Arguments: which parts to measure (load, attach, swap, apply, replace, footprint); all of them
   * without one. Exits with 1 when a measurement could not be made.
   */
  public static void main(String[] parts) throws IOException {
    Bench bench = new Bench(Set.of(parts));
    Path folder = Files.createTempDirectory("skep-bench");
    try {
      bench.measureAll(folder);
    } finally {
      TestImages.deleteAll(folder);
    }
    System.out.println();
    System.out.print(bench.table.text());
    Path file = ControlPlane.projectRoot().resolve("target/bench.json");
    bench.table.write(file, bench.machine(), bench.failures);
    System.out.println("\n" + bench.machine() + "; as JSON: target/bench.json");
    bench.failures.forEach(f -> System.err.println("not measured: " + f));
    System.exit(bench.failures.isEmpty() ? 0 : 1);
  }

  private void measureAll(Path folder) throws IOException {
    Path root = ControlPlane.projectRoot();
    if (wanted("load")) {
      Path pins = Path.of("/sys/fs/bpf/skep-bench-" + ProcessHandle.current().pid());
      try (Pins own = new Pins(pins)) {
        measure(new LoadBench(root, folder, own.root()));
        measure(new EngineBench(root, own.root()));
        measure(new InterfacesBench(root, folder, own.root()));
      }
    }
    if (wanted("attach")) {
      Path pins = Path.of("/sys/fs/bpf/skep-bench-" + ProcessHandle.current().pid());
      try (Pins own = new Pins(pins)) {
        measure(new AttachBench(root, folder, own.root()));
      }
    }
    if (wanted("swap")) {
      measure(new SwapBench(root));
    }
    if (wanted("apply") || wanted("replace") || wanted("footprint")) {
      System.out.println("bench: starting a control plane, a registry, the operator and a daemon");
      try (Stack stack = Stack.start()) {
        // Sizes first: what ran before would count.
        if (wanted("footprint")) {
          measure(new FootprintBench(stack, folder));
        }
        if (wanted("apply")) {
          measure(new ApplyBench(stack));
        }
        if (wanted("replace")) {
          measure(new ReplaceBench(stack, Baseline.compile(root, "flooder", folder)));
        }
      } catch (RuntimeException | AssertionError e) {
        failures.add("the cluster: " + e);
        e.printStackTrace();
      }
    }
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private boolean wanted(String part) {
    return only.isEmpty() || only.contains(part);
  }

  private void measure(Measurement measurement) {
    System.out.println("bench: " + measurement.name());
    long start = System.nanoTime();
    try {
      table.addAll(measurement.measure());
    } catch (Exception | AssertionError e) {
      failures.add(measurement.name() + ": " + e);
      e.printStackTrace();
    }
    System.out.println("bench:   took " + (System.nanoTime() - start) / 1_000_000_000 + " s");
  }

  /** With what else the machine did: its load before the first measurement should be near 0. */
  private String machine() {
    return "%d CPUs, Linux %s, Java %s, load average before %.1f"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.version"),
            System.getProperty("java.version"),
            loadBefore);
  }
}
