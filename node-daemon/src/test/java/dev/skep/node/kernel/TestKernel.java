package dev.skep.node.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.node.hook.KernelHas;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.pod.PodSource;
import dev.skep.node.suite.Tried;
import dev.skep.node.target.Cgroups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** This machine's kernel with pins and a journal of the test's own, both gone when it is closed. */
final class TestKernel implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** One for all: what it finds out by trying is the same in every test. */
  private static final KernelProbe PROBE = new KernelProbe(Libbpf.get(), Cgroups.ofThisNode());

  final Path pins =
      Path.of(
          "/sys/fs/bpf/skep-it-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
  final Path journal;
  private final KernelHas has;
  private final PodSource pods;
  private LinuxKernel kernel;

  TestKernel() {
    this(null, PodSource.none());
  }

  /**
   * @param has which of two ways to attach the kernel is to be taken to have; null: what it has
   */
  TestKernel(KernelHas has) {
    this(has, PodSource.none());
  }

  /** On a node with these pods. */
  TestKernel(PodSource pods) {
    this(null, pods);
  }

  private TestKernel(KernelHas has, PodSource pods) {
    this.has = has;
    this.pods = pods;
    try {
      journal = Files.createTempDirectory("skep-journal");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    kernel = open();
  }

  private LinuxKernel open() {
    return new LinuxKernel(
        pins,
        new Journal(journal, "test"),
        pods,
        Optional.ofNullable(has),
        Optional.of(PROBE),
        () -> {});
  }

  LinuxKernel kernel() {
    return kernel;
  }

  /** What a daemon that starts after this one died has. */
  LinuxKernel startAgain() {
    kernel.close();
    kernel = open();
    return kernel;
  }

  static byte[] object(String name) {
    Tried.object(name);
    try {
      return Files.readAllBytes(Path.of(System.getProperty("skep.bpf"), name + ".bpf.o"));
    } catch (IOException e) {
      throw new UncheckedIOException("run bpf-programs/build.sh first", e);
    }
  }

  static LoadKey key(String name, String load) {
    return new LoadKey("it", name, load);
  }

  /** A load of every program of an object, or of those named. */
  static LoadRequest request(String object, LoadKey key, LoadKey... reuse) {
    return request(object, key, Map.of(), reuse);
  }

  static LoadRequest request(
      String object, LoadKey key, Map<String, JsonNode> globals, LoadKey... reuse) {
    byte[] bytes = object(object);
    ObjectReport report = ObjectInspector.inspect(bytes);
    Set<String> functions =
        report.programs().stream().map(ObjectProgram::function).collect(Collectors.toSet());
    return new LoadRequest(key, bytes, report, functions, globals, List.of(), Arrays.asList(reuse));
  }

  static LoadRequest only(LoadRequest r, String... functions) {
    return new LoadRequest(
        r.key(), r.object(), r.report(), Set.of(functions), r.globals(), r.maps(), r.reuse());
  }

  static WantedLink link(String function, Hook hook) {
    Tried.function(function);
    return WantedLink.of(function, Attach.of(hook)).getFirst();
  }

  /** The sum of slot 0 of an array of __u64, over all CPUs. */
  long count(LoadKey key, String map) {
    return sum(key, map, 1);
  }

  /** The same of every slot. */
  long sum(LoadKey key, String map) {
    return sum(key, map, Integer.MAX_VALUE);
  }

  private long sum(LoadKey key, String map, int slots) {
    long[] sum = {0};
    kernel.readMap(
        key,
        map,
        slots,
        (k, v) -> {
          ByteBuffer values = ByteBuffer.wrap(v).order(ByteOrder.LITTLE_ENDIAN);
          while (values.remaining() >= 8) {
            sum[0] += values.getLong();
          }
        });
    return sum[0];
  }

  static void openAFile() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/stat"))) {
      lines.forEach(line -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    for (ObservedLoad load : kernel.observe()) {
      load.links().forEach(kernel::detach);
      kernel.unload(load.key());
    }
    kernel.close();
    try {
      Files.deleteIfExists(pins);
      try (Stream<Path> files = Files.list(journal)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(journal);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
