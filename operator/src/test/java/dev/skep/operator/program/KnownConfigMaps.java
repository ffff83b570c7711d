package dev.skep.operator.program;

import dev.skep.operator.configmap.ConfigMaps;
import dev.skep.operator.node.ProgramKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** ConfigMaps that a test says, by name. */
class KnownConfigMaps implements ConfigMaps {
  final Map<String, Map<String, String>> known = new HashMap<>();
  Set<String> followed = Set.of();

  @Override
  public void follow(ProgramKey program, Set<String> names) {
    followed = names;
  }

  @Override
  public Optional<Map<String, String>> data(ProgramKey program, String name) {
    return Optional.ofNullable(known.get(name));
  }

  @Override
  public void onChange(Consumer<ProgramKey> listener) {
    // A test asks by itself.
  }
}
