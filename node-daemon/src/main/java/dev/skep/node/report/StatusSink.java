package dev.skep.node.report;

import dev.skep.api.v1alpha1.BpfNodeStatus;
import java.io.IOException;

/** Where a node's status goes. */
public interface StatusSink {
  /**
   * Replaces the status by this one.
   *
   * @throws IOException when it could not be written now; the newest status is offered again later
   */
  void write(BpfNodeStatus status) throws IOException;
}
