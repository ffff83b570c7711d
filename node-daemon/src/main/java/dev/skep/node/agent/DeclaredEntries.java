package dev.skep.node.agent;

import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec.ResolvedObject;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.node.kernel.DeclaredMap;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLoad;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one program's revision wants to be in its maps, and whether it is. Encoded once for each
 * revision: ten thousand entries are not read anew at every attempt.
 */
final class DeclaredEntries {
  private record Encoded(
      ResolvedObject object, List<MapOverride> overrides, List<DeclaredMap> maps) {}

  /** Seen by the thread that looks for drift, too. */
  private record Standing(LoadKey load, List<DeclaredMap> maps) {}

  private final Kernel kernel;
  private final ObjectReports reports;
  private Encoded latest = new Encoded(null, List.of(), List.of());
  private volatile Optional<Standing> standing = Optional.empty();

  DeclaredEntries(Kernel kernel, ObjectReports reports) {
    this.kernel = kernel;
    this.reports = reports;
  }

  /**
   * What the maps of a load have to be filled with; empty when they hold it already.
   *
   * @param observed all loads of the program: a new one may take over their maps
   * @throws dev.skep.api.v1alpha1.Refusal when the object is not to be had, or an entry does not
   *     fit
   */
  Optional<List<DeclaredMap>> toFill(
      LoadKey load, BpfRevision revision, List<ObservedLoad> observed) {
    List<DeclaredMap> declared = of(revision);
    standing = Optional.of(new Standing(load, declared));
    boolean stands = observed.stream().anyMatch(o -> o.key().equals(load));
    boolean differs =
        stands
            ? !kernel.unfilled(load, declared).isEmpty()
            : !declared.isEmpty()
                || observed.stream().anyMatch(o -> !kernel.unfilled(o.key(), List.of()).isEmpty());
    return differs ? Optional.of(declared) : Optional.empty();
  }

  /** Whether somebody changed what was filled in. */
  boolean drifted() {
    return standing
        .filter(s -> !s.maps().isEmpty())
        .map(s -> !kernel.unfilled(s.load(), s.maps()).isEmpty())
        .orElse(false);
  }

  void nothing() {
    standing = Optional.empty();
  }

  private List<DeclaredMap> of(BpfRevision revision) {
    ResolvedObject object = revision.getSpec().image();
    List<MapOverride> overrides = revision.getSpec().maps();
    if (overrides.equals(latest.overrides()) && Objects.equals(object, latest.object())) {
      return latest.maps();
    }
    boolean none = overrides.stream().allMatch(map -> map.entries().isEmpty());
    List<DeclaredMap> maps = none ? List.of() : DeclaredMap.of(overrides, reports.of(revision));
    latest = new Encoded(object, overrides, maps);
    return maps;
  }
}
