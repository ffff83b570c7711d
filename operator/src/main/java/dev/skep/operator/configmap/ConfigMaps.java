package dev.skep.operator.configmap;

import dev.skep.operator.node.ProgramKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The ConfigMaps that programs name. */
public interface ConfigMaps {

  /**
   * Says which ConfigMaps of its namespace a program names from now on; what they hold is known
   * when this returns. None: the program is gone, or names none any more.
   */
  void follow(ProgramKey program, Set<String> names);

  /** The data of a ConfigMap that the program follows; empty when there is no such ConfigMap. */
  Optional<Map<String, String>> data(ProgramKey program, String name);

  /** Who is told of a program when a ConfigMap that it follows changed. */
  void onChange(Consumer<ProgramKey> listener);
}
