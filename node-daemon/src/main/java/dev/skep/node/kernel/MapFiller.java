package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.EntryEncoder.Entry;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.NativeError;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Keeps in maps what is declared for them, and out of them what was declared once and is not any
 * more. What programs put there themselves is left alone.
 */
final class MapFiller {
  private final Libbpf libbpf;
  private final Pins pins;
  private final EntryRecords records;

  MapFiller(Libbpf libbpf, Pins pins, EntryRecords records) {
    this.libbpf = libbpf;
    this.pins = pins;
    this.records = records;
  }

  /** Names of the maps of a load that do not hold what is declared, or hold what no longer is. */
  List<String> unfilled(LoadKey key, List<DeclaredMap> declared) {
    List<String> names = new ArrayList<>();
    for (DeclaredMap map : withFormer(key, declared)) {
      boolean right =
          with(
                  key,
                  map,
                  open -> open.wrong(map.entries()).isEmpty() && stale(key, map, open).isEmpty())
              .orElse(false);
      if (!right) {
        names.add(map.map());
      }
    }
    return names;
  }

  /**
   * Brings every map to what is declared for it.
   *
   * @throws Refusal MapFull, with numbers
   */
  void fill(LoadKey key, List<DeclaredMap> declared) {
    for (DeclaredMap map : withFormer(key, declared)) {
      with(key, map, open -> fill(key, map, open))
          .orElseThrow(
              () ->
                  new Refusal(
                      Reason.UnknownMap,
                      "%s: %s has no map %s loaded"
                          .formatted(map.path(), key.program(), map.map())));
    }
  }

  /** Takes what is ours out again, as the last load of a program goes and a shared map stays. */
  void empty(LoadKey key) {
    for (DeclaredMap map : withFormer(key, List.of())) {
      with(key, map, open -> fill(key, map, open));
    }
    records.forget(key);
  }

  private boolean fill(LoadKey key, DeclaredMap map, FillableMap open) {
    List<byte[]> stale = stale(key, map, open);
    List<Entry> wrong = open.wrong(map.entries());
    List<byte[]> wanted = map.entries().stream().map(Entry::key).toList();
    // Before anything is written: a daemon that dies now must know later what was its own.
    remember(key, open, union(stale, wanted));
    // First: what goes makes room for what comes.
    open.remove(stale);
    try {
      open.put(wrong);
    } catch (NativeError e) {
      throw switch (e.errno()) {
        case Errno.E2BIG, Errno.ENOSPC -> full(map, open, wrong.size(), e);
        default -> e;
      };
    }
    if (!stale.isEmpty()) {
      remember(key, open, wanted);
    }
    return true;
  }

  private static Refusal full(DeclaredMap map, FillableMap open, int wrong, NativeError e) {
    List<Entry> missing = open.wrong(map.entries());
    return new Refusal(
        Reason.MapFull,
        "%s: map %s holds %d entries and is full: of %d declared ones %d found no room, since %d"
            .concat(" are the programs' own; set maxEntries")
            .formatted(
                map.path(),
                map.map(),
                Integer.toUnsignedLong(open.info().maxEntries()),
                map.entries().size(),
                missing.size(),
                open.used() - (map.entries().size() - missing.size())),
        e);
  }

  /** Keys that are in a map because of us, and not wanted any more. */
  private List<byte[]> stale(LoadKey key, DeclaredMap map, FillableMap open) {
    List<byte[]> before = records.keys(key, open.info().id());
    if (before.isEmpty()) {
      return before;
    }
    Set<ByteBuffer> wanted = new HashSet<>();
    map.entries().forEach(e -> wanted.add(ByteBuffer.wrap(e.key())));
    return before.stream().filter(k -> !wanted.contains(ByteBuffer.wrap(k))).toList();
  }

  private void remember(LoadKey key, FillableMap open, List<byte[]> keys) {
    records.write(key, open.info().id(), open.info().keySize(), keys);
  }

  private static List<byte[]> union(List<byte[]> some, List<byte[]> others) {
    List<byte[]> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  /** With the maps for which something was declared before. */
  private List<DeclaredMap> withFormer(LoadKey key, List<DeclaredMap> declared) {
    Map<String, DeclaredMap> maps = new LinkedHashMap<>();
    declared.forEach(map -> maps.put(map.map(), map));
    Set<Integer> former = new LinkedHashSet<>(records.maps(key));
    for (String pin : former.isEmpty() ? List.<String>of() : pins.list(key, PinNames.MAPS)) {
      String name = PinNames.mapOf(pin);
      if (!maps.containsKey(name) && id(key, pin).map(former::contains).orElse(false)) {
        maps.put(name, new DeclaredMap("maps", name, List.of()));
      }
    }
    return List.copyOf(maps.values());
  }

  private Optional<Integer> id(LoadKey key, String pin) {
    return pins.find(key, PinNames.MAPS, pin)
        .map(
            fd -> {
              try (fd) {
                return libbpf.mapInfo(fd).id();
              }
            });
  }

  /** Does something with a map; empty when the load has none of this name. */
  private <T> Optional<T> with(LoadKey key, DeclaredMap map, Function<FillableMap, T> action) {
    try {
      return pins.find(key, PinNames.MAPS, PinNames.ofMap(map.map()))
          .map(
              fd -> {
                try (FillableMap open = new FillableMap(libbpf, fd, name -> inner(key, name))) {
                  return action.apply(open);
                }
              });
    } catch (NativeError e) {
      throw new Refusal(
          Reason.InternalError,
          "%s: map %s: %s".formatted(map.path(), map.map(), e.getMessage()),
          e);
    }
  }

  private Fd inner(LoadKey key, String map) {
    return pins.open(key, PinNames.MAPS, PinNames.ofMap(map));
  }
}
