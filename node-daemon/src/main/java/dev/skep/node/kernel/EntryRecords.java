package dev.skep.node.kernel;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.node.target.BootId;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which keys we put into maps: what a program put there itself is not ours to remove. One file for
 * each program, apart from the journal's lines, since ten thousand keys are no line to append for
 * each link. Like those it needs no fsync: after a reboot neither map nor record is of use.
 *
 * <p>A map is known by its kernel id, so that an old load's map and the new one's are two; and by
 * the boot, since ids begin anew with each.
 */
final class EntryRecords {
  /** Of one program: those of its load, and of loads that are gone. */
  private static final int MOST_MAPS = 256;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The keys of one map.
   *
   * @param size bytes of each
   * @param keys all of them in a row
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Keys(int size, byte[] keys) {
    static Keys of(int size, List<byte[]> keys) {
      byte[] row = new byte[size * keys.size()];
      for (int i = 0; i < keys.size(); i++) {
        System.arraycopy(keys.get(i), 0, row, i * size, size);
      }
      return new Keys(size, row);
    }

    List<byte[]> list() {
      List<byte[]> list = new ArrayList<>();
      for (int at = 0; size > 0 && at + size <= keys.length; at += size) {
        list.add(Arrays.copyOfRange(keys, at, at + size));
      }
      return list;
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Content(String boot, Map<Integer, Keys> maps) {
    Content {
      maps = maps == null ? Map.of() : maps;
    }
  }

  private final Path folder;
  private final String boot;

  EntryRecords(Path folder) {
    this.folder = folder;
    this.boot = BootId.current();
  }

  /** The ids of the maps that a program has keys of ours in. */
  List<Integer> maps(LoadKey program) {
    return List.copyOf(read(program).keySet());
  }

  /** The keys that were put into a map for a program. */
  List<byte[]> keys(LoadKey program, int map) {
    Keys known = read(program).get(map);
    return known == null ? List.of() : known.list();
  }

  /** Says which keys of a map are ours from now on. */
  void write(LoadKey program, int map, int keySize, List<byte[]> keys) {
    Map<Integer, Keys> maps = read(program);
    Keys now = Keys.of(keySize, keys);
    Keys before = maps.put(map, now);
    if (keys.isEmpty()) {
      maps.remove(map);
    }
    // Ids only rise: the oldest is of a map that was made anew the longest ago.
    while (maps.size() > MOST_MAPS) {
      maps.remove(maps.keySet().iterator().next());
    }
    if (before == null || !Arrays.equals(before.keys(), now.keys())) {
      write(program, maps);
    }
  }

  void forget(LoadKey program) {
    write(program, Map.of());
  }

  /** Forgets programs that have no load any more, e.g. since the machine started anew. */
  void keepOnly(List<LoadKey> loads) {
    Set<Path> known = new HashSet<>();
    loads.forEach(load -> known.add(file(load)));
    File[] files = folder.toFile().listFiles();
    for (File file : files == null ? new File[0] : files) {
      if (!known.contains(file.toPath())) {
        file.delete();
      }
    }
  }

  private Map<Integer, Keys> read(LoadKey program) {
    try {
      Content content = JSON.readValue(Files.readAllBytes(file(program)), Content.class);
      return boot.equals(content.boot()) ? new TreeMap<>(content.maps()) : new TreeMap<>();
    } catch (NoSuchFileException none) {
      return new TreeMap<>();
    } catch (IOException cut) {
      // What it spoke of stays in the maps, as if programs had put it there.
      return new TreeMap<>();
    }
  }

  private void write(LoadKey program, Map<Integer, Keys> maps) {
    Path file = file(program);
    try {
      if (maps.isEmpty()) {
        Files.deleteIfExists(file);
        return;
      }
      Files.createDirectories(folder);
      Path fresh = file.resolveSibling(file.getFileName() + "~");
      Files.write(fresh, JSON.writeValueAsBytes(new Content(boot, maps)));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("the record of entries " + file + " cannot be written", e);
    }
  }

  private Path file(LoadKey program) {
    // Kubernetes' names have no underscore.
    return folder.resolve(program.namespace() + "_" + program.name() + ".json");
  }
}
