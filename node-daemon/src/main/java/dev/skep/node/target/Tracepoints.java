package dev.skep.node.target;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The kernel's tracepoints, as tracefs lists them. */
public final class Tracepoints {
  private static final List<Path> MOUNTS =
      List.of(Path.of("/sys/kernel/tracing"), Path.of("/sys/kernel/debug/tracing"));

  private final Path events;

  private Tracepoints(Path events) {
    this.events = events;
  }

  /** Those of the running kernel. */
  public static Tracepoints ofThisKernel() {
    return new Tracepoints(
        MOUNTS.stream()
            .map(mount -> mount.resolve("events"))
            .filter(Files::isDirectory)
            .findFirst()
            .orElse(MOUNTS.getFirst().resolve("events")));
  }

  /** Why there is no tracepoint {@code category/name}, or empty when there is. */
  public Optional<Failure> missing(String tracepoint) {
    if (Files.exists(events.resolve(tracepoint).resolve("id"))) {
      return Optional.empty();
    }
    if (!Files.isDirectory(events)) {
      return Optional.of(
          Failure.of(
              Reason.TracepointNotFound,
              "tracefs is not mounted at "
                  + events.getParent()
                  + ": mount -t tracefs tracefs "
                  + events.getParent()));
    }
    return Optional.of(notFound(tracepoint, names()));
  }

  /** The failure of a raw tracepoint, whose name has no category. */
  public Failure rawMissing(String name) {
    return notFound(name, names().stream().map(n -> n.substring(n.indexOf('/') + 1)).toList());
  }

  private static Failure notFound(String tracepoint, List<String> names) {
    return Failure.of(
        Reason.TracepointNotFound,
        "tracepoint "
            + tracepoint
            + " does not exist on this kernel ("
            + System.getProperty("os.version")
            + ")"
            + Hint.nearest(tracepoint, names));
  }

  /** The number by which perf_event_open(2) knows a tracepoint. */
  public long id(String tracepoint) {
    Path file = events.resolve(tracepoint).resolve("id");
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (String category : list(events)) {
      for (String name : list(events.resolve(category))) {
        names.add(category + "/" + name);
      }
    }
    return names;
  }

  private static List<String> list(Path folder) {
    String[] names = folder.toFile().list();
    return names == null ? List.of() : Arrays.asList(names);
  }
}
