package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.operator.node.ProgramKey;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The revisions in the API server. */
@ApplicationScoped
public class RevisionStore {
  private static final Logger LOG = LoggerFactory.getLogger(RevisionStore.class);

  private static final Duration CACHE_CATCHES_UP = Duration.ofSeconds(1);

  private final ProgramSources sources;

  RevisionStore(ProgramSources sources) {
    this.sources = sources;
  }

  /** The revision that status names, if it is there. */
  Optional<BpfRevision> current(BpfProgram program) {
    String name = Statuses.of(program).revision();
    return name == null
        ? Optional.empty()
        : sources
            .revision(program.getMetadata().getNamespace(), name)
            .filter(r -> isOwnedBy(program, r));
  }

  /** Makes the revision unless it is there. */
  void ensure(BpfProgram program, BpfRevision revision, Context<BpfProgram> context) {
    String namespace = program.getMetadata().getNamespace();
    Optional<BpfRevision> found = sources.revision(namespace, revision.getMetadata().getName());
    if (found.filter(r -> isOwnedBy(program, r)).isPresent()) {
      return;
    }
    // Of a program of the same name that was deleted: the garbage collector would take it.
    found.ifPresent(r -> context.getClient().resource(r).delete());
    try {
      context.resourceOperations().create(revision, sources.revisionSource());
      LOG.info("revision {} made", revision.getMetadata().getName());
    } catch (KubernetesClientException e) {
      // Another operator was faster, with the same content: its name is a hash of it.
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }

  /**
   * Deletes what no node runs and nobody is likely to go back to.
   *
   * @param made the revision that was decided for, if one was
   * @param now the status as it is from now on: nothing may happen for long after this
   * @return how soon to look again, where the cache did not show yet what was just made or deleted
   */
  Optional<Duration> prune(
      BpfProgram program,
      Optional<BpfRevision> made,
      BpfProgramStatus now,
      Context<BpfProgram> context) {
    ProgramKey key = ProgramKey.of(program);
    List<BpfRevision> all = sources.revisions().filter(r -> isOwnedBy(program, r)).toList();
    Set<String> named =
        sources.nodes().stream().flatMap(n -> n.revisionsOf(key)).collect(Collectors.toSet());
    List<BpfRevision> superfluous = RevisionHistory.superfluous(all, now, named);
    for (BpfRevision old : superfluous) {
      context.getClient().resource(old).delete();
    }
    boolean current = made.map(RevisionStore::name).map(names(all)::contains).orElse(true);
    return current && superfluous.isEmpty() ? Optional.empty() : Optional.of(CACHE_CATCHES_UP);
  }

  private static Set<String> names(List<BpfRevision> revisions) {
    return revisions.stream().map(RevisionStore::name).collect(Collectors.toSet());
  }

  private static String name(BpfRevision revision) {
    return revision.getMetadata().getName();
  }

  private static boolean isOwnedBy(BpfProgram program, BpfRevision revision) {
    return revision.getMetadata().getOwnerReferences() != null
        && revision.getMetadata().getOwnerReferences().stream()
            .anyMatch(o -> o.getUid().equals(program.getMetadata().getUid()));
  }
}
