package dev.skep.node.agent;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.source.DesiredSource;
import java.util.Optional;

/** One program's revision with what this node adds to it, and whether that changed since. */
final class OnThisNode {
  private record Asked(AssignedRevision assigned, BpfRevision revision, Optional<String> load) {}

  private final DesiredSource source;
  private final Kernel kernel;
  private volatile Optional<Asked> last = Optional.empty();

  OnThisNode(DesiredSource source, Kernel kernel) {
    this.source = source;
    this.kernel = kernel;
  }

  /**
   * The revision that was assigned, with nothing left to ask.
   *
   * @throws Refusal when it cannot be had, or the node lacks what it asks for
   */
  BpfRevision revision(AssignedRevision assigned) {
    BpfRevision revision = source.revision(assigned);
    if (!LocalRevision.asksTheNode(revision.getSpec())) {
      last = Optional.empty();
      return revision;
    }
    last = Optional.of(new Asked(assigned, revision, Optional.empty()));
    BpfRevision local = LocalRevision.of(assigned, revision, source.node(), kernel);
    last = Optional.of(new Asked(assigned, revision, Optional.of(local.getSpec().load())));
    return local;
  }

  void nothing() {
    last = Optional.empty();
  }

  /** Whether the node would answer otherwise now; for any thread. */
  boolean changed() {
    return last.filter(asked -> !load(asked).equals(asked.load())).isPresent();
  }

  private Optional<String> load(Asked asked) {
    try {
      return Optional.of(
          LocalRevision.of(asked.assigned(), asked.revision(), source.node(), kernel)
              .getSpec()
              .load());
    } catch (Refusal missing) {
      return Optional.empty();
    }
  }
}
