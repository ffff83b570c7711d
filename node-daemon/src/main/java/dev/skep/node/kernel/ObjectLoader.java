package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.BpfRevisionSpec.Needs;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.GlobalValues;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectGlobal;
import dev.skep.node.hook.KernelHas;
import dev.skep.node.libbpf.BpfObject;
import dev.skep.node.libbpf.BpfObject.MapDefinition;
import dev.skep.node.libbpf.BpfObject.Program;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.KernelRelease;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** From an object's bytes to programs and maps in the kernel, not pinned yet. */
final class ObjectLoader {
  // Log levels of BPF_PROG_LOAD. Statistics only: level 1 makes a large program slow, and one that
  // is too large looks like a log that is too long.
  private static final int STATISTICS = 4;
  private static final int INSTRUCTIONS = 1;

  private static final int STATISTICS_BYTES = 16 << 10;

  /** Since 6.4 the kernel keeps the end of a log that is too long, where the cause is. */
  private static final int END_BYTES = 256 << 10;

  /** Before, it keeps the head: so that none is too long, as much as the verifier ever writes. */
  private static final int WHOLE_BYTES = 16 << 20;

  private final Libbpf libbpf;
  private final MapReuse reuse;
  private final LoadFailures failures;
  private final ProgramKinds kinds = new ProgramKinds();
  private final Predicate<String> makesMaps;

  /**
   * @param makesMaps whether the kernel has maps of a type
   */
  ObjectLoader(Libbpf libbpf, MapReuse reuse, LoadFailures failures, Predicate<String> makesMaps) {
    this.libbpf = libbpf;
    this.reuse = reuse;
    this.failures = failures;
    this.makesMaps = makesMaps;
  }

  /**
   * Opens and loads.
   *
   * @param emptied told of maps that begin empty where an older load has one of the name, and why
   * @return the object, to be closed when what shall stay is pinned
   * @throws Refusal with the verifier's own words
   */
  BpfObject load(LoadRequest request, BiConsumer<String, String> emptied) {
    BpfObject first = prepare(request, Optional.empty(), emptied);
    String refused;
    try {
      first.load();
      return first;
    } catch (NativeError e) {
      try (first) {
        refused = failures.refused(e).orElseThrow(() -> failures.explain(request, first, e));
      }
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
    return loadAgain(request, refused, emptied);
  }

  /** An object that failed to load cannot be loaded again, hence a new one. */
  private BpfObject loadAgain(
      LoadRequest request, String refused, BiConsumer<String, String> emptied) {
    BpfObject second = prepare(request, Optional.of(refused), emptied);
    try {
      second.load();
      return second;
    } catch (NativeError e) {
      try (second) {
        throw failures.explain(request, second, e);
      }
    }
  }

  private BpfObject prepare(
      LoadRequest request, Optional<String> refused, BiConsumer<String, String> emptied) {
    BpfObject object = open(request);
    try {
      for (Program program : object.programs()) {
        boolean wanted = request.functions().contains(program.name());
        program.setLoaded(wanted);
        if (wanted) {
          kinds.set(program, request);
        }
        if (wanted && refused.filter(program.name()::equals).isPresent()) {
          program.keepLog(INSTRUCTIONS, keepsTheEnd() ? END_BYTES : WHOLE_BYTES);
        } else if (wanted) {
          program.keepLog(STATISTICS, STATISTICS_BYTES);
        }
      }
      setTables(object, request);
      setGlobals(object, request);
      for (MapOverride override : request.maps()) {
        if (override.maxEntries() != null) {
          map(object, override.name()).setMaxEntries(override.maxEntries());
        }
      }
      leaveOutMaps(object, request);
      reuse.apply(object, request, emptied);
      return object;
    } catch (RuntimeException e) {
      object.close();
      throw e;
    }
  }

  /** A table is made where its functions are loaded, and takes links where the kernel has those. */
  private static void setTables(BpfObject object, LoadRequest request) {
    for (MapDefinition map : object.maps()) {
      if (map.isTable()) {
        map.setLinked(KernelHas.linksTables());
        map.setMade(
            request
                .report()
                .table(map.name())
                .map(table -> request.functions().containsAll(table.functions()))
                .orElse(false));
      }
    }
  }

  /** A map that only programs use that are left out may be of a type that the kernel has not. */
  private void leaveOutMaps(BpfObject object, LoadRequest request) {
    ObjectReport report = request.report();
    if (request.functions().size() == report.programs().size()) {
      return;
    }
    Set<String> used =
        request.functions().stream()
            .map(f -> report.functionNeeds().getOrDefault(f, Needs.NOTHING))
            .flatMap(needs -> needs.mapTypes().stream())
            .collect(Collectors.toSet());
    report.maps().stream()
        .filter(m -> !used.contains(m.type()) && !makesMaps.test(m.type()))
        .forEach(m -> map(object, m.name()).setMade(false));
  }

  /** Linux 6.4 or later, by its release. */
  private static boolean keepsTheEnd() {
    return !KernelRelease.current().isBefore("6.4");
  }

  /** Opens, and loads nothing. */
  BpfObject open(LoadRequest request) {
    try {
      return libbpf.open(request.object(), request.key().name().replaceAll("[^A-Za-z0-9_]", "_"));
    } catch (NativeError e) {
      throw LoadFailures.noRoom(e)
          .orElseGet(
              () ->
                  new Refusal(
                      Reason.LoadFailed, "libbpf cannot open the object: " + e.lastMessage(), e));
    }
  }

  private static MapDefinition map(BpfObject object, String name) {
    return object.maps().stream()
        .filter(m -> m.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new Refusal(Reason.UnknownMap, "the object has no map \"" + name + "\""));
  }

  private static void setGlobals(BpfObject object, LoadRequest request) {
    ObjectReport report = request.report();
    request
        .globals()
        .forEach(
            (name, value) -> {
              byte[] bytes = GlobalValues.encode(report, name, value);
              ObjectGlobal global = report.global(name).orElseThrow();
              map(object, global.section()).write(global.offset(), bytes);
            });
  }
}
