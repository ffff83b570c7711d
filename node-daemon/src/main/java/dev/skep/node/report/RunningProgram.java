package dev.skep.node.report;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.node.kernel.ObservedLoad;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One program as it stands on this node, for whoever measures it.
 *
 * @param namespace of the BpfProgram
 * @param name of the BpfProgram
 * @param state as reported
 * @param revision the wanted revision; empty while it could not be had
 * @param load what the kernel shows of it: the wanted load, else the one that still runs
 * @param report what is in the load's object: its types. Read from disk when first asked for;
 *     throws {@link dev.skep.api.v1alpha1.Refusal} when the object cannot be had
 * @param loadTime how long the last load took in this process; empty when it was adopted
 */
public record RunningProgram(
    String namespace,
    String name,
    State state,
    Optional<BpfRevision> revision,
    Optional<ObservedLoad> load,
    Supplier<ObjectReport> report,
    Optional<Duration> loadTime) {}
