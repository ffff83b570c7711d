package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.operator.config.OperatorSettings;
import dev.skep.operator.configmap.ConfigMaps;
import dev.skep.operator.image.ImagePulls;
import dev.skep.operator.node.ChangedPrograms;
import dev.skep.operator.node.Hearing;
import dev.skep.operator.node.NodeView;
import dev.skep.operator.node.Placements;
import dev.skep.operator.node.ProgramKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.IndexedResourceCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a program's status depends on: caches to read, and events that say when to look again. */
@ApplicationScoped
public class ProgramSources implements Placements.Programs {
  private final OperatorSettings settings;
  private final ImagePulls pulls;
  private final ConfigMaps configMaps;
  private final Hearing hearing;
  private final ChangedPrograms changedPrograms = new ChangedPrograms();
  private IndexedResourceCache<BpfProgram> programs;
  private InformerEventSource<Node, BpfProgram> nodes;
  private InformerEventSource<BpfNode, BpfProgram> bpfNodes;
  private InformerEventSource<Lease, BpfProgram> leases;
  private InformerEventSource<BpfRevision, BpfProgram> revisions;
  private ProgramEvents inside;

  ProgramSources(
      OperatorSettings settings, ImagePulls pulls, ConfigMaps configMaps, Hearing hearing) {
    this.settings = settings;
    this.pulls = pulls;
    this.configMaps = configMaps;
    this.hearing = hearing;
  }

  List<EventSource<?, BpfProgram>> open(EventSourceContext<BpfProgram> context) {
    programs = context.getPrimaryCache();
    nodes =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Node.class, BpfProgram.class)
                .withSecondaryToPrimaryMapper(node -> everyProgram())
                .withOnUpdateFilter(
                    (now, before) ->
                        !Objects.equals(
                            now.getMetadata().getLabels(), before.getMetadata().getLabels()))
                .build(),
            context);
    bpfNodes =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(BpfNode.class, BpfProgram.class)
                .withSecondaryToPrimaryMapper(
                    node ->
                        changedPrograms.in(node, this::departing).stream()
                            .map(p -> new ResourceID(p.name(), p.namespace()))
                            .collect(Collectors.toSet()))
                .build(),
            context) {
          @Override
          public synchronized void onDelete(BpfNode node, boolean unknown) {
            changedPrograms.gone(node);
            super.onDelete(node, unknown);
            changedPrograms.forget(node);
          }
        };
    leases =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Lease.class, BpfProgram.class)
                .withNamespaces(settings.namespace())
                .withSecondaryToPrimaryMapper(lease -> everyProgram())
                // A renewal in time is no news; falling silent is found by the clock.
                .withOnUpdateFilter((now, before) -> wasSilent(before))
                .build(),
            context);
    revisions =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(BpfRevision.class, BpfProgram.class)
                .withSecondaryToPrimaryMapper(
                    r ->
                        Set.of(
                            new ResourceID(r.getSpec().program(), r.getMetadata().getNamespace())))
                // Revisions are our own writing; one that somebody deletes is made again.
                .withOnAddFilter(r -> false)
                .withOnUpdateFilter((now, before) -> false)
                .build(),
            context);
    inside = new ProgramEvents(programs);
    pulls.onFinished(inside::of);
    configMaps.onChange(inside::of);
    return List.of(nodes, bpfNodes, leases, revisions, inside);
  }

  /** Every node whose Node exists. */
  List<NodeView> nodes() {
    Map<String, Lease> byNode =
        leases
            .list(settings.namespace())
            .collect(Collectors.toMap(l -> l.getMetadata().getName(), l -> l, (a, b) -> b));
    return nodes.list().map(node -> view(node, byNode)).toList();
  }

  /** Events from inside the operator. */
  ProgramEvents inside() {
    return inside;
  }

  /** Whether the program is there; known once the operator started. */
  @Override
  public boolean exists(ProgramKey program) {
    return programs.get(new ResourceID(program.name(), program.namespace())).isPresent();
  }

  @Override
  public Stream<BpfProgram> all() {
    return programs.list();
  }

  Optional<BpfRevision> revision(String namespace, String name) {
    return revisions.get(new ResourceID(name, namespace));
  }

  /** Every revision there is. */
  public Stream<BpfRevision> revisions() {
    return revisions == null ? Stream.empty() : revisions.list();
  }

  /** The program a revision was made for, if it is still there. */
  public Optional<BpfProgram> programOf(BpfRevision revision) {
    return programs.get(
        new ResourceID(revision.getSpec().program(), revision.getMetadata().getNamespace()));
  }

  InformerEventSource<BpfRevision, BpfProgram> revisionSource() {
    return revisions;
  }

  private NodeView view(Node node, Map<String, Lease> leases) {
    String name = node.getMetadata().getName();
    Map<String, String> labels = node.getMetadata().getLabels();
    Lease lease = leases.get(name);
    return new NodeView(
        name,
        labels == null ? Map.of() : labels,
        bpfNodes.get(new ResourceID(name)).orElse(null),
        heartbeat(lease),
        changedPrograms.toldTo(name));
  }

  private Instant heartbeat(Lease lease) {
    Instant renewed = lease == null ? null : renewed(lease);
    return renewed == null ? null : hearing.counted(renewed);
  }

  private boolean wasSilent(Lease lease) {
    Instant renewed = renewed(lease);
    Duration limit = settings.heartbeat().unknownAfter();
    return renewed == null || renewed.plus(limit).isBefore(Instant.now());
  }

  private static Instant renewed(Lease lease) {
    ZonedDateTime time = lease.getSpec() == null ? null : lease.getSpec().getRenewTime();
    return time == null ? null : time.toInstant();
  }

  private Set<ProgramKey> departing() {
    return programs
        .list(BpfProgram::isMarkedForDeletion)
        .map(ProgramKey::of)
        .collect(Collectors.toSet());
  }

  private Set<ResourceID> everyProgram() {
    return programs
        .list()
        .map(HasMetadata.class::cast)
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }
}
