package dev.skep.node.pod;

import java.util.List;
import java.util.Optional;

/** Who the pods of this node are. Thread-safe. */
public interface PodSource extends AutoCloseable {
  /** Begins to look, if it does not yet; the listener is told of each change. */
  void wanted(Runnable onChanged);

  /** The pod of this uid. */
  Optional<LocalPod> pod(String uid);

  /** Every pod that is known of, running or not. */
  Iterable<LocalPod> all();

  /** Why labels are not known; empty when they are. */
  Optional<String> withoutLabels();

  @Override
  void close();

  /** Where there is no API server. */
  static PodSource none() {
    return new PodSource() {
      @Override
      public void wanted(Runnable onChanged) {}

      @Override
      public Optional<LocalPod> pod(String uid) {
        return Optional.empty();
      }

      @Override
      public Iterable<LocalPod> all() {
        return List.of();
      }

      @Override
      public Optional<String> withoutLabels() {
        return Optional.of("labels of pods are known from an API server only, and there is none");
      }

      @Override
      public void close() {}
    };
  }
}
