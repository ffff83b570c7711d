package dev.skep.node.source;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Refusal;
import java.util.function.Consumer;

/** Where desired state comes from: a cluster's BpfNode, or a folder of manifests. */
public interface DesiredSource extends AutoCloseable {

  /**
   * Begins to listen. {@code listener} is told what this node shall run, now and after each change,
   * on another thread, one call at a time; never before that is known, so that nothing is let go by
   * mistake.
   */
  void start(Consumer<Assignments> listener);

  /**
   * The revision that an assignment names.
   *
   * @throws Refusal when it cannot be had now, or at all
   */
  BpfRevision revision(AssignedRevision assigned);

  /**
   * The bytes of a revision's object, checked against their digest.
   *
   * @throws Refusal when they cannot be had
   */
  byte[] object(BpfRevision revision);

  /** What this node knows of itself, for globals that ask. */
  NodeValues node();

  /** Whether the source is heard of now; false while what is known of old is run. */
  boolean connected();

  @Override
  void close();
}
