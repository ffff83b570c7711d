package dev.skep.node.target;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.text.Names;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Network interfaces of this process's network namespace. */
public final class Interfaces {
  private static final Path NETWORK = Path.of("/sys/class/net");

  private final Function<String, OptionalInt> index;

  /**
   * @param index asks the kernel for an interface's index
   */
  public Interfaces(Function<String, OptionalInt> index) {
    this.index = index;
  }

  /** The index of an interface, if there is one of this name now. */
  public OptionalInt index(String name) {
    return index.apply(name);
  }

  /** The index of an interface, which must be there. */
  public int require(String name) {
    return index(name).orElseThrow(() -> notFound(name).toException());
  }

  /** Why there is no such interface, or empty when there is. */
  public Optional<Failure> missing(String name) {
    return index(name).isPresent() ? Optional.empty() : Optional.of(notFound(name));
  }

  private static Failure notFound(String name) {
    String[] found = NETWORK.toFile().list();
    List<String> names = found == null ? List.of() : Arrays.stream(found).sorted().toList();
    return Failure.of(
        Reason.InterfaceNotFound,
        "interface "
            + name
            + " does not exist on this node"
            + Names.nearest(name, names)
                .map(n -> "; did you mean " + n + "?")
                .orElse(
                    names.isEmpty() || names.size() > 8
                        ? ""
                        : "; it has " + String.join(", ", names)));
  }
}
