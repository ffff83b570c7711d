package dev.skep.artifact.admit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.GlobalValues;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.artifact.text.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Checks of spec.globals and spec.maps. */
final class ValueChecks {
  /** The smallest page there is: a ring buffer is so many of them. */
  private static final int PAGE = 4096;

  private static final Set<String> RING_BUFFERS = Set.of("ringbuf", "user_ringbuf");

  /** Their entries live in what they belong to; the kernel refuses a size. */
  private static final Set<String> WITHOUT_SIZE =
      Set.of(
          "sk_storage",
          "inode_storage",
          "task_storage",
          "cgrp_storage",
          "cgroup_storage",
          "percpu_cgroup_storage",
          "struct_ops");

  private ValueChecks() {}

  static List<Failure> globalsFit(BpfProgramSpec spec, ObjectReport report) {
    List<Failure> failures = new ArrayList<>();
    for (Map.Entry<String, JsonNode> global : new TreeMap<>(spec.globals()).entrySet()) {
      try {
        GlobalValues.check(report, global.getKey(), global.getValue());
      } catch (Refusal refusal) {
        failures.add(refusal.failure());
      }
    }
    return failures;
  }

  static List<Failure> mapsExist(BpfProgramSpec spec, ObjectReport report) {
    List<String> there = report.maps().stream().map(ObjectMap::name).toList();
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < spec.maps().size(); i++) {
      String name = String.valueOf(spec.maps().get(i).name());
      if (!there.contains(name)) {
        failures.add(
            Failure.of(
                Reason.UnknownMap,
                "maps[%d].name: the object has no map %s%s"
                    .formatted(i, name, Names.suggestion(name, there))));
      }
    }
    return failures;
  }

  static List<Failure> mapSizesMakeSense(BpfProgramSpec spec, ObjectReport report) {
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < spec.maps().size(); i++) {
      MapOverride override = spec.maps().get(i);
      String path = "maps[%d]".formatted(i);
      if (isNamedBefore(spec, i)) {
        failures.add(
            Failure.of(
                Reason.InvalidMap,
                "%s.name: %s is named already; name it once".formatted(path, override.name())));
      }
      report
          .map(String.valueOf(override.name()))
          .filter(map -> override.maxEntries() != null)
          .flatMap(map -> wrongSize(map, override.maxEntries()))
          .ifPresent(
              wrong -> failures.add(Failure.of(Reason.InvalidMap, path + ".maxEntries: " + wrong)));
    }
    return failures;
  }

  private static boolean isNamedBefore(BpfProgramSpec spec, int index) {
    String name = spec.maps().get(index).name();
    return spec.maps().subList(0, index).stream().anyMatch(m -> Objects.equals(m.name(), name));
  }

  private static Optional<String> wrongSize(ObjectMap map, int wanted) {
    String is =
        "map %s is of type %s and size %d in the object"
            .formatted(map.name(), map.type(), map.maxEntries());
    if (WITHOUT_SIZE.contains(map.type())) {
      return Optional.of(
          "map %s is of type %s, which has no size".formatted(map.name(), map.type()));
    }
    if (wanted <= 0) {
      return Optional.of("%s; %d is not a size".formatted(is, wanted));
    }
    if (RING_BUFFERS.contains(map.type()) && (wanted < PAGE || Integer.bitCount(wanted) != 1)) {
      return Optional.of(
          "%s; %d is not a power of two from %d on (bytes)".formatted(is, wanted, PAGE));
    }
    return Optional.empty();
  }
}
