package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfRevision;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Which revisions of a program are kept. */
final class RevisionHistory {
  /** Those to go back to, besides the one that runs. */
  static final int KEPT = 5;

  private RevisionHistory() {}

  /**
   * @param revisions all of one program
   * @param named revisions that some node is told to run or says that it runs
   * @return those that nothing needs any more
   */
  static List<BpfRevision> superfluous(
      List<BpfRevision> revisions, BpfProgramStatus status, Set<String> named) {
    return revisions.stream()
        .filter(r -> !named.contains(r.getMetadata().getName()))
        .filter(r -> !r.getMetadata().getName().equals(status.revision()))
        .filter(r -> !r.getMetadata().getName().equals(status.previousRevision()))
        .sorted(
            Comparator.comparing((BpfRevision r) -> r.getMetadata().getCreationTimestamp())
                .reversed())
        .skip(KEPT - 1)
        .toList();
  }
}
