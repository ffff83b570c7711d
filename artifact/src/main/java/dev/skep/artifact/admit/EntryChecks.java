package dev.skep.artifact.admit;

import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.MapOverride.EntriesSource;
import dev.skep.api.v1alpha1.MapOverride.SharedMap;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.EntryEncoder;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks of spec.maps[].entries, entriesFrom and sharedFrom. */
final class EntryChecks {
  /** What is said of one map; a list that is wrong throughout is not told entry by entry. */
  private static final int ENOUGH = 5;

  /** Bytes of all entries: a few words of JSON may stand for a value of megabytes. */
  private static final long MAX_BYTES = 64L << 20;

  private static final Pattern PIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,127}");

  private EntryChecks() {}

  static List<Failure> entriesFit(BpfProgramSpec spec, ObjectReport report) {
    List<Failure> failures = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < spec.maps().size(); i++) {
      MapOverride override = spec.maps().get(i);
      Optional<ObjectMap> map = report.map(String.valueOf(override.name()));
      if (map.isEmpty() || override.entries().isEmpty()) {
        continue;
      }
      String path = "maps[%d]".formatted(i);
      bytes += override.entries().size() * ((long) map.get().keySize() + map.get().valueSize());
      if (bytes > MAX_BYTES) {
        failures.add(
            invalid(
                path + ".entries",
                "with the %d entries of map %s the keys and values of all maps are more than %d MiB"
                    .formatted(override.entries().size(), map.get().name(), MAX_BYTES >> 20)));
        return failures;
      }
      failures.addAll(entries(path, override, map.get(), report));
    }
    return failures;
  }

  private static List<Failure> entries(
      String path, MapOverride override, ObjectMap map, ObjectReport report) {
    if (!EntryEncoder.fills(map.type())) {
      return List.of(
          invalid(
              path + ".entries",
              "map %s is of type %s, which takes no entries".formatted(map.name(), map.type())));
    }
    // Of a shared map only the owner knows the size: the kernel tells, then.
    long size =
        override.sharedFrom() != null
            ? Long.MAX_VALUE
            : override.maxEntries() != null ? override.maxEntries() : map.maxEntries();
    if (override.entries().size() > size && !map.type().contains("lru")) {
      return List.of(
          invalid(
              path + ".entries",
              "%d entries do not fit into map %s, which holds %d: set maxEntries"
                  .formatted(override.entries().size(), map.name(), size)));
    }
    EntryEncoder encoder = new EntryEncoder(report, map, size);
    Map<ByteBuffer, Integer> seen = new HashMap<>();
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < override.entries().size() && failures.size() < ENOUGH; i++) {
      String place = place(path, override, i);
      try {
        byte[] key = encoder.encode(place, override.entries().get(i)).key();
        Integer before = seen.putIfAbsent(ByteBuffer.wrap(key), i);
        if (before != null) {
          failures.add(
              invalid(place + ".key", "is the key of " + place(path, override, before) + " too"));
        }
      } catch (Refusal refusal) {
        failures.add(refusal.failure());
      }
    }
    return failures;
  }

  /** Where the user wrote an entry: in the specification, or in which ConfigMap. */
  private static String place(String path, MapOverride override, int index) {
    int given =
        override.entriesFrom().stream().mapToInt(s -> s.count() == null ? 0 : s.count()).sum();
    int at = index - (override.entries().size() - given);
    if (at < 0) {
      return "%s.entries[%d]".formatted(path, index);
    }
    for (EntriesSource source : override.entriesFrom()) {
      int count = source.count() == null ? 0 : source.count();
      if (at < count) {
        return "%s, ConfigMap %s, key %s, entry [%d]"
            .formatted(path, source.configMap().name(), source.configMap().key(), at);
      }
      at -= count;
    }
    throw new IllegalStateException("counts of sources do not add up");
  }

  static List<Failure> sharingMakesSense(BpfProgramSpec spec, ObjectReport report) {
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < spec.maps().size(); i++) {
      SharedMap shared = spec.maps().get(i).sharedFrom();
      String path = "maps[%d].sharedFrom".formatted(i);
      if (shared == null) {
        continue;
      }
      if ((shared.program() == null) == (shared.pinned() == null)) {
        failures.add(
            Failure.of(Reason.InvalidMap, path + ": name either a program or a pinned map"));
      } else if (shared.pinned() != null && !PIN.matcher(shared.pinned()).matches()) {
        failures.add(
            Failure.of(
                Reason.InvalidMap,
                path + ".pinned: a name of letters, digits, _ and -, and no path"));
      }
      if (spec.maps().get(i).maxEntries() != null) {
        failures.add(
            Failure.of(
                Reason.InvalidMap,
                path + ": a shared map has its owner's size; leave maxEntries out"));
      }
    }
    return failures;
  }

  private static Failure invalid(String path, String what) {
    return Failure.of(Reason.InvalidEntry, path + ": " + what);
  }
}
