package dev.skep.operator.node;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Comparator;

/** Namespace and name of a BpfProgram. */
public record ProgramKey(String namespace, String name) implements Comparable<ProgramKey> {
  private static final Comparator<ProgramKey> ORDER =
      Comparator.comparing(ProgramKey::namespace).thenComparing(ProgramKey::name);

  public static ProgramKey of(HasMetadata object) {
    return new ProgramKey(object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  @Override
  public int compareTo(ProgramKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
