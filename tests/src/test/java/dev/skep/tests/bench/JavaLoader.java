package dev.skep.tests.bench;

import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.node.kernel.Journal;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LinuxKernel;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.LoadRequest;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.PinLock;
import dev.skep.node.kernel.WantedLink;
import dev.skep.node.pod.PodSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * What loader.c does, by the daemon's own kernel package, in a JVM of its own: same arguments, same
 * output.
 */
public final class JavaLoader {
  private final Kernel kernel;
  private final byte[] object;
  private final ObjectReport report;
  private final List<WantedLink> links;

  private JavaLoader(Kernel kernel, byte[] object) {
    this.kernel = kernel;
    this.object = object;
    this.report = ObjectInspector.inspect(object);
    this.links =
        report.programs().stream()
            .flatMap(p -> WantedLink.of(p.function(), p.defaultAttach()).stream())
            .toList();
  }

  /** Arguments: OBJECT FOLDER ROUNDS LOADED. */
  public static void main(String[] arguments) throws IOException {
    Path journal = Files.createTempDirectory("skep-bench-journal");
    int rounds = Integer.parseInt(arguments[2]);
    int loaded = Integer.parseInt(arguments[3]);
    StringJoiner total = new StringJoiner(",", "{\"total\":[", "]}");
    try (Pins ownPins = new Pins(Path.of(arguments[1]));
        Pins ownJournal = new Pins(journal);
        PinLock lock = PinLock.take(ownPins.root());
        Kernel kernel =
            new LinuxKernel(
                ownPins.root(), new Journal(ownJournal.root(), "bench"), PodSource.none(), lock)) {
      JavaLoader loader = new JavaLoader(kernel, Files.readAllBytes(Path.of(arguments[0])));
      for (int i = 0; i < loaded; i++) {
        kernel.load(loader.request(new LoadKey("bench", "kept-" + i, "kept")));
      }
      for (int i = 0; i < rounds; i++) {
        total.add(String.format(Locale.ROOT, "%.1f", loader.round(i)));
      }
    }
    System.out.println(total);
  }

  /** Loads, attaches and takes away again; returns the microseconds until all was attached. */
  private double round(int round) {
    LoadKey key = new LoadKey("bench", "round", "load" + round);
    LoadRequest request = request(key);
    long start = System.nanoTime();
    kernel.load(request);
    List<ObservedLink> attached = links.stream().map(link -> kernel.attach(key, link)).toList();
    long end = System.nanoTime();
    attached.forEach(kernel::detach);
    kernel.unload(key);
    return (end - start) / 1e3;
  }

  private LoadRequest request(LoadKey key) {
    Set<String> functions = links.stream().map(WantedLink::function).collect(Collectors.toSet());
    return new LoadRequest(key, object, report, functions, Map.of(), List.of(), List.of());
  }
}
