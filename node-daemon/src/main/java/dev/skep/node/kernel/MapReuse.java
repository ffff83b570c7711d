package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.BpfProgramSpec.OnIncompatibleMap;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.MapOverride.SharedMap;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.MapType;
import dev.skep.node.libbpf.BpfObject;
import dev.skep.node.libbpf.BpfObject.MapDefinition;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.MapInfo;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Which maps a new load does not make itself: those of older loads, and those of others. */
final class MapReuse {
  private static final Logger LOG = System.getLogger(MapReuse.class.getName());

  /** What they hold is the old load's own programs. */
  private static final Set<String> NEVER_CARRIED = Set.of("prog_array", "struct_ops");

  private final Libbpf libbpf;
  private final Pins pins;
  private final Journal journal;

  MapReuse(Libbpf libbpf, Pins pins, Journal journal) {
    this.libbpf = libbpf;
    this.pins = pins;
    this.journal = journal;
  }

  /**
   * Lets an opened object use the maps that are there.
   *
   * @param emptied told of declared maps that begin empty, and why
   * @throws Refusal IncompatibleMap or SharedMapNotFound
   */
  void apply(BpfObject object, LoadRequest request, BiConsumer<String, String> emptied) {
    boolean setsBss =
        request.globals().keySet().stream()
            .flatMap(name -> request.report().global(name).stream())
            .anyMatch(global -> global.section().equals(".bss"));
    for (MapDefinition map : object.maps()) {
      Optional<MapOverride> shared =
          request.maps().stream()
              .filter(o -> o.sharedFrom() != null && o.name().equals(map.name()))
              .findFirst();
      if (shared.isPresent()) {
        share(map, request.key(), shared.get());
      } else if (isCarried(map, setsBss)) {
        takeOver(map, request, emptied);
      }
    }
  }

  /** Constants and first values belong to the new object; what programs counted does not. */
  private static boolean isCarried(MapDefinition map, boolean setsBss) {
    return map.internal()
        ? map.name().equals(".bss") && !setsBss
        : !NEVER_CARRIED.contains(MapType.name(map.shape().type()));
  }

  private void takeOver(
      MapDefinition map, LoadRequest request, BiConsumer<String, String> emptied) {
    MapInfo wanted = map.shape().made(libbpf.possibleCpus());
    Optional<String> newest = Optional.empty();
    for (LoadKey older : request.reuse()) {
      Optional<Fd> pinned = pins.find(older, PinNames.MAPS, PinNames.ofMap(map.name()));
      if (pinned.isEmpty()) {
        continue;
      }
      try (Fd existing = pinned.get()) {
        String differences =
            sameVariables(map, older, request)
                ? differences(libbpf.mapInfo(existing), wanted)
                : "its variables are others, or elsewhere";
        if (differences.isEmpty()) {
          map.reuse(existing);
          return;
        }
        newest = newest.or(() -> Optional.of(differences));
      }
      if (request.onIncompatibleMap() == OnIncompatibleMap.Refuse && !map.internal()) {
        break;
      }
    }
    newest.ifPresent(
        differences -> {
          notCarried(map, request, differences);
          if (!map.internal()) {
            emptied.accept(map.name(), differences);
          }
        });
  }

  /** A section of the same size may hold other variables; of an old record, only the size tells. */
  private boolean sameVariables(MapDefinition map, LoadKey older, LoadRequest request) {
    String now = Variables.layouts(request.report()).get(map.name());
    String before =
        journal.record(older).map(record -> record.variables().get(map.name())).orElse(null);
    return !map.internal() || before == null || before.equals(now);
  }

  private static void notCarried(MapDefinition map, LoadRequest request, String differences) {
    String what = "map %s: %s".formatted(map.name(), differences);
    if (request.onIncompatibleMap() == OnIncompatibleMap.Refuse && !map.internal()) {
      throw new Refusal(
          Reason.IncompatibleMap,
          what
              + ": its contents cannot be carried over, and onIncompatibleMap is Refuse; define it"
              + " as it was, under another name, or say Recreate");
    }
    LOG.log(Level.WARNING, "{0} begins empty in {1}", what, request.key());
  }

  private void share(MapDefinition map, LoadKey key, MapOverride override) {
    try (Fd existing =
        shared(key, override)
            .orElseThrow(
                () -> new Refusal(Reason.SharedMapNotFound, words(override) + ": is not there"))) {
      MapInfo info = libbpf.mapInfo(existing);
      MapInfo wanted = map.shape().made(libbpf.possibleCpus());
      String differences =
          differences(
              info,
              new MapInfo(
                  wanted.type(),
                  0,
                  wanted.keySize(),
                  wanted.valueSize(),
                  // Its owner's to say.
                  info.maxEntries(),
                  wanted.flags()));
      if (!differences.isEmpty()) {
        throw new Refusal(
            Reason.IncompatibleMap,
            "%s is another than map %s of this object (there → here): %s"
                .formatted(words(override), map.name(), differences));
      }
      map.reuse(existing);
    }
  }

  static String words(MapOverride override) {
    SharedMap shared = override.sharedFrom();
    return shared.pinned() != null
        ? "the map pinned as " + shared.pinned()
        : "map %s of program %s".formatted(mapOf(override), shared.program());
  }

  private static String mapOf(MapOverride override) {
    return override.sharedFrom().map() == null ? override.name() : override.sharedFrom().map();
  }

  /**
   * The map that an override shares: its owner's newest; when the owner is gone, the one that this
   * program shared before.
   *
   * @param key a load of the sharing program
   */
  Optional<Fd> shared(LoadKey key, MapOverride override) {
    SharedMap shared = override.sharedFrom();
    if (shared.pinned() != null) {
      return pins.findShared(shared.pinned());
    }
    return newest(pins.loadsOf(key.namespace(), shared.program()), mapOf(override))
        .or(
            () ->
                newest(
                    pins.loadsOf(key.namespace(), key.name()).stream()
                        .filter(own -> own.isOf(key.base()))
                        .toList(),
                    override.name()));
  }

  /** Of the loads that have such a map; the highest map id is the newest. */
  private Optional<Fd> newest(List<LoadKey> loads, String map) {
    List<Fd> found = new ArrayList<>();
    loads.forEach(
        load -> pins.find(load, PinNames.MAPS, PinNames.ofMap(map)).ifPresent(found::add));
    Optional<Fd> newest =
        found.stream().max(Comparator.comparing((Fd fd) -> libbpf.mapInfo(fd).id()));
    found.stream().filter(fd -> newest.filter(n -> n == fd).isEmpty()).forEach(Fd::close);
    return newest;
  }

  /** What makes two maps different, old → new; empty when one can stand for the other. */
  private static String differences(MapInfo old, MapInfo now) {
    List<String> words = new ArrayList<>();
    differs(words, "type", MapType.name(old.type()), MapType.name(now.type()));
    differs(words, "key_size", old.keySize(), now.keySize());
    differs(words, "value_size", old.valueSize(), now.valueSize());
    differs(
        words,
        "max_entries",
        Integer.toUnsignedString(old.maxEntries()),
        Integer.toUnsignedString(now.maxEntries()));
    differs(words, "map_flags", old.flags(), now.flags());
    return String.join(", ", words);
  }

  private static void differs(List<String> words, String what, Object old, Object now) {
    if (!old.equals(now)) {
      words.add("%s %s → %s".formatted(what, old, now));
    }
  }
}
