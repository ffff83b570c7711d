package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.node.dispatch.XdpInterfaces;
import dev.skep.node.libbpf.BpfObject;
import dev.skep.node.libbpf.BpfObject.MapDefinition;
import dev.skep.node.libbpf.BpfObject.Program;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.NativeError;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Loads, and leaves what was loaded in the kernel: its pins, all at once, and its record. */
final class PinnedLoader {
  private static final String UNPREPARED = "the object cannot be prepared";
  private static final String UNPINNED = "its pins cannot be made";

  private final Libbpf libbpf;
  private final Pins pins;
  private final Journal journal;
  private final ObjectLoader loader;
  private final Extensions extensions;
  private final XdpInterfaces interfaces;

  PinnedLoader(
      Libbpf libbpf,
      Pins pins,
      Journal journal,
      ObjectLoader loader,
      Extensions extensions,
      XdpInterfaces interfaces) {
    this.libbpf = libbpf;
    this.pins = pins;
    this.journal = journal;
    this.loader = loader;
    this.extensions = extensions;
    this.interfaces = interfaces;
  }

  /**
   * Loads and pins.
   *
   * @throws Refusal with the verifier's own words, or why nothing can be pinned
   */
  void load(LoadRequest request) {
    Map<String, String> emptied = new TreeMap<>();
    try (BpfObject object = loaded(request, emptied)) {
      pin(request, object, emptied);
    }
  }

  private BpfObject loaded(LoadRequest request, Map<String, String> emptied) {
    try {
      return loader.load(request, emptied::put);
    } catch (RuntimeException e) {
      throw refused(UNPREPARED, e);
    }
  }

  private static RuntimeException refused(String what, RuntimeException e) {
    return switch (e) {
      case NativeError of ->
          new Refusal(
              hasNoRoom(of) ? Reason.NodeNotReady : Reason.LoadFailed,
              what + ": " + of.getMessage(),
              of);
      // The journal's disk.
      case UncheckedIOException disk ->
          new Refusal(Reason.NodeNotReady, what + ": " + disk.getMessage(), disk);
      default -> e;
    };
  }

  /** Of descriptors and memory, or in a file system: room comes when others leave it. */
  private static boolean hasNoRoom(NativeError e) {
    return Errno.mayPass(e.errno()) || e.errno() == Errno.ENOSPC;
  }

  private void pin(LoadRequest request, BpfObject object, Map<String, String> emptied) {
    LoadKey key = request.key();
    try {
      Path staged = pins.stage(key);
      pinPrograms(object, staged.resolve(PinNames.PROGRAMS));
      pinExtensions(request, object, staged);
      Path maps = staged.resolve(PinNames.MAPS);
      for (MapDefinition map : object.maps()) {
        if (map.fd() >= 0) {
          libbpf.pin(map.fd(), maps.resolve(PinNames.ofMap(map.name())).toString());
        }
      }
      journal.write(
          new LoadRecord(
              key,
              sections(request),
              List.of(),
              TableLayouts.of(request),
              Variables.layouts(request.report()),
              emptied));
      pins.finish(key);
    } catch (RuntimeException e) {
      pins.discard(key);
      throw refused(UNPINNED, e);
    }
  }

  private void pinExtensions(LoadRequest request, BpfObject loaded, Path staged) {
    extensions
        .load(request, loaded, interfaces, () -> loader.open(request))
        .ifPresent(
            object -> {
              try (object) {
                pinPrograms(object, staged.resolve(PinNames.EXTENSIONS));
              }
            });
  }

  private void pinPrograms(BpfObject object, Path folder) {
    for (Program program : object.programs()) {
      if (program.fd() >= 0) {
        libbpf.pin(program.fd(), folder.resolve(program.name()).toString());
      }
    }
  }

  private static Map<String, String> sections(LoadRequest request) {
    return request.report().programs().stream()
        .filter(p -> request.functions().contains(p.function()))
        .collect(Collectors.toMap(ObjectProgram::function, ObjectProgram::section));
  }
}
