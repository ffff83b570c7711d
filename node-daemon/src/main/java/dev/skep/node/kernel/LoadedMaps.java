package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.NativeError;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/** What is asked of maps after their load: read them, fill them, share them. */
final class LoadedMaps {
  private final Libbpf libbpf;
  private final Pins pins;
  private final MapReuse reuse;
  private final MapFiller filler;

  LoadedMaps(Libbpf libbpf, Pins pins, Journal journal, MapReuse reuse) {
    this.libbpf = libbpf;
    this.pins = pins;
    this.reuse = reuse;
    this.filler = new MapFiller(libbpf, pins, journal.entries());
  }

  void read(LoadKey key, String map, int maxEntries, BiConsumer<byte[], byte[]> entry) {
    try (Fd fd = pins.open(key, PinNames.MAPS, PinNames.ofMap(map))) {
      libbpf.reader(fd).read(maxEntries, entry);
    } catch (NativeError e) {
      throw e.errno() == Errno.ENOENT
          ? new Refusal(Reason.UnknownMap, key.program() + " has no map \"" + map + "\" loaded", e)
          : new Refusal(Reason.InternalError, "map " + map + ": " + e.getMessage(), e);
    }
  }

  /** The id of the map that an override shares, if it is there. */
  OptionalInt shared(LoadKey key, MapOverride map) {
    return reuse
        .shared(key, map)
        .map(
            fd -> {
              try (fd) {
                return OptionalInt.of(libbpf.mapInfo(fd).id());
              }
            })
        .orElse(OptionalInt.empty());
  }

  List<String> unfilled(LoadKey key, List<DeclaredMap> declared) {
    return filler.unfilled(key, declared);
  }

  void fill(LoadKey key, List<DeclaredMap> declared) {
    filler.fill(key, declared);
  }

  /** A load goes; with the last of its program go the entries that it left in maps that stay. */
  void leave(LoadKey key) {
    if (pins.isOnlyLoad(key)) {
      filler.empty(key);
    }
  }
}
