package dev.skep.tests.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.hook.Iter;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.node.kernel.Journal;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LinuxKernel;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.LoadRequest;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.WantedLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** What attacher.c does, by the daemon's own kernel package, in a JVM of its own. */
public final class JavaAttacher {
  private static final LoadKey KEY = new LoadKey("bench", "attach", "load");

  private static final Duration REST = Duration.ofMillis(30);

  private static final int COMPILED = 2000;

  private JavaAttacher() {}

  /** Arguments: OBJECT FUNCTION ATTACH FOLDER ROUNDS [HASTY], as of attacher.c; ATTACH as JSON. */
  public static void main(String[] arguments) throws IOException {
    byte[] object = Files.readAllBytes(Path.of(arguments[0]));
    Attach attach = new ObjectMapper().readValue(arguments[2], Attach.class);
    WantedLink wanted = WantedLink.of(arguments[1], attach).getFirst();
    Path journal = Files.createTempDirectory("skep-bench-journal");
    int rounds = Integer.parseInt(arguments[4]);
    StringJoiner total = new StringJoiner(",", "{\"total\":[", "]}");
    try (Pins ownPins = new Pins(Path.of(arguments[3]));
        Pins ownJournal = new Pins(journal);
        Kernel kernel = new LinuxKernel(ownPins.root(), new Journal(ownJournal.root(), "bench"))) {
      if (arguments.length == 6) {
        compile(kernel, Path.of(arguments[0]).resolveSibling("iter_task.bpf.o"));
      }
      load(kernel, KEY, object, wanted);
      for (int i = 0; i < rounds; i++) {
        long start = System.nanoTime();
        ObservedLink link = kernel.attach(KEY, wanted);
        long end = System.nanoTime();
        kernel.detach(link);
        if (arguments.length == 6 && i >= Integer.parseInt(arguments[5]) - 1) {
          rest();
        }
        total.add(String.format(Locale.ROOT, "%.1f", (end - start) / 1e3));
      }
      kernel.unload(KEY);
    }
    System.out.println(total);
  }

  private static void load(Kernel kernel, LoadKey key, byte[] object, WantedLink wanted) {
    ObjectReport report = ObjectInspector.inspect(object);
    kernel.load(
        new LoadRequest(
            key, object, report, functions(report, wanted), Map.of(), List.of(), List.of()));
  }

  /**
   * A hook whose rounds take long has few: what all hooks have in common is run often enough to be
   * compiled by one whose rounds take microseconds.
   */
  private static void compile(Kernel kernel, Path iterator) throws IOException {
    LoadKey key = new LoadKey("bench", "compiled", "load");
    WantedLink wanted = WantedLink.of("show_task", new Iter("task", null, null));
    load(kernel, key, Files.readAllBytes(iterator), wanted);
    for (int i = 0; i < COMPILED; i++) {
      kernel.detach(kernel.attach(key, wanted));
    }
    kernel.unload(key);
  }

  /** Awake, as attacher.c. */
  private static void rest() {
    long start = System.nanoTime();
    while (System.nanoTime() - start < REST.toNanos()) {
      Thread.onSpinWait();
    }
  }

  /** All functions of a table are one thing. */
  private static Set<String> functions(ObjectReport report, WantedLink wanted) {
    return report
        .tableOf(wanted.function())
        .map(table -> table.functions().stream().collect(Collectors.toSet()))
        .orElse(Set.of(wanted.function()));
  }
}
