package dev.skep.node.cli;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.artifact.admit.Admission;
import dev.skep.artifact.admit.Revisions;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.node.agent.LocalRevision;
import dev.skep.node.kernel.DeclaredMap;
import dev.skep.node.kernel.Expansion;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.LoadRequest;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.RunStatistics;
import dev.skep.node.kernel.WantedLink;
import dev.skep.node.source.NodeValues;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One program, loaded and attached as long as this is open. */
final class LocalRun implements AutoCloseable {
  private final Kernel kernel;
  private final LoadKey key;
  private final BpfRevision revision;
  private final ObjectReport report;
  private boolean closed;

  private LocalRun(Kernel kernel, LoadKey key, BpfRevision revision, ObjectReport report) {
    this.kernel = kernel;
    this.key = key;
    this.revision = revision;
    this.report = report;
  }

  /** Admits, loads and attaches; leaves nothing behind when one of them fails. */
  static LocalRun start(
      Kernel kernel, BpfProgram program, ResolvedImage image, ObjectReport report) {
    List<Failure> failures = Admission.check(program.getSpec(), report);
    if (!failures.isEmpty()) {
      throw new CommandFailure(
          ExitCode.of(failures.getFirst().reason()),
          failures.stream().map(Failure::message).collect(Collectors.joining("\n")));
    }
    ObjectMeta metadata = program.getMetadata();
    BpfRevision revision =
        LocalRevision.of(
            new AssignedRevision(metadata.getNamespace(), metadata.getName(), metadata.getName()),
            Revisions.revise(program, image, report),
            NodeValues.ofThisHost(),
            kernel);
    BpfRevisionSpec spec = revision.getSpec();
    LoadKey key = new LoadKey(metadata.getNamespace(), metadata.getName(), spec.load());
    LocalRun run = new LocalRun(kernel, key, revision, report);
    try {
      run.attach(image.object());
    } catch (RuntimeException refused) {
      run.close();
      throw refused;
    }
    return run;
  }

  private void attach(byte[] object) {
    BpfRevisionSpec spec = revision.getSpec();
    for (RevisionProgram program : spec.programs()) {
      // Before anything is looked for that only such a kernel has.
      kernel
          .lacking(program)
          .ifPresent(
              failure -> {
                throw failure.toException();
              });
    }
    kernel.load(
        new LoadRequest(
            key,
            object,
            report,
            spec.programs().stream().map(RevisionProgram::function).collect(Collectors.toSet()),
            LoadRequest.targets(spec.programs()),
            spec.globals(),
            spec.maps(),
            spec.onIncompatibleMap(),
            List.of()));
    List<DeclaredMap> declared = DeclaredMap.of(spec.maps(), report);
    if (!declared.isEmpty()) {
      kernel.fill(key, declared);
    }
    if (spec.mode() == Mode.Verify) {
      return;
    }
    for (RevisionProgram program : spec.programs()) {
      for (Attach attach : program.attachments()) {
        Expansion targets = kernel.expand(key.namespace(), program.function(), attach);
        targets.without().stream()
            .findFirst()
            .ifPresent(
                failure -> {
                  throw failure.toException();
                });
        targets.links().forEach(link -> kernel.attach(key, link));
      }
    }
  }

  BpfRevision revision() {
    return revision;
  }

  ObjectReport report() {
    return report;
  }

  LoadKey key() {
    return key;
  }

  /** What the kernel shows now; empty once it is closed. */
  synchronized Optional<ObservedLoad> observed() {
    return closed ? Optional.empty() : kernel.observe(key);
  }

  synchronized Map<String, RunStatistics> statistics() {
    return closed ? Map.of() : kernel.statistics(key);
  }

  synchronized Optional<MapContents> contents(ObservedLoad.ObservedMap map, int most) {
    return closed
        ? Optional.empty()
        : Optional.of(MapContents.read(kernel, key, map, Optional.of(report), most));
  }

  /** Detaches and unloads. Also called when the process is asked to end, beside its main thread. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      kernel.observe(key).ifPresent(load -> load.links().forEach(this::detach));
      kernel.unload(key);
    }
  }

  private void detach(ObservedLink link) {
    kernel.detach(link);
  }

  /** The hook of a function in words, e.g. tracepoint syscalls/sys_enter_open. */
  static String target(RevisionProgram program) {
    return program.attachments().stream()
        .flatMap(attach -> WantedLink.of(program.function(), attach).stream())
        .map(WantedLink::target)
        .collect(Collectors.joining(", "));
  }
}
