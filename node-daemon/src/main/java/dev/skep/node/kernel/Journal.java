package dev.skep.node.kernel;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A small file for each load beside the pins, and a mark for each load under way. The kernel says
 * what is; this says what was meant, and which load a process died in.
 *
 * <p>Records need no fsync: they and the pins they speak of outlive a process, and neither is of
 * use after a reboot. A mark is synced before the step it stands for, since that step may take the
 * machine down.
 */
public final class Journal {
  private static final String RECORD = ".json";
  private static final String MARK = ".loading";

  private final Path folder;
  private final String build;
  private final ObjectMapper json =
      new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_EMPTY);
  private final Map<LoadKey, LoadRecord> records = new HashMap<>();

  /**
   * @param folder made if it is not there
   * @param build what a mark holds for: daemon version and kernel release. Another build may try
   *     again what this one died of
   */
  public Journal(Path folder, String build) {
    this.folder = folder;
    this.build = build;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("journal " + folder + " cannot be written", e);
    }
    for (String file : Pins.list(folder)) {
      if (file.endsWith(RECORD)) {
        read(folder.resolve(file)).ifPresent(r -> records.put(r.key(), r));
      }
    }
  }

  /** A record that cannot be read is as good as none; what it spoke of is then said to be so. */
  private Optional<LoadRecord> read(Path file) {
    try {
      return Optional.of(json.readValue(file.toFile(), LoadRecord.class))
          .filter(
              r -> r.key() != null && file.getFileName().toString().equals(name(r.key()) + RECORD));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** A namespace and a load have no underscore, so no two keys share a name. */
  private static String name(LoadKey key) {
    return key.namespace() + "_" + key.name() + "_" + key.load();
  }

  synchronized Optional<LoadRecord> record(LoadKey key) {
    return Optional.ofNullable(records.get(key));
  }

  synchronized List<LoadKey> keys() {
    return List.copyOf(records.keySet());
  }

  synchronized void write(LoadRecord record) {
    records.put(record.key(), record);
    Path file = folder.resolve(name(record.key()) + RECORD);
    Path fresh = folder.resolve(name(record.key()) + RECORD + "~");
    try {
      Files.write(fresh, json.writeValueAsBytes(record));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("journal " + file + " cannot be written", e);
    }
  }

  /** Changes a load's record; one that was lost begins empty. */
  synchronized void change(LoadKey key, UnaryOperator<LoadRecord> change) {
    LoadRecord before = records.getOrDefault(key, new LoadRecord(key, Map.of(), List.of()));
    LoadRecord after = change.apply(before);
    if (!after.equals(before)) {
      write(after);
    }
  }

  synchronized void remove(LoadKey key) {
    records.remove(key);
    delete(folder.resolve(name(key) + RECORD));
  }

  /** Marks that a load begins. */
  public void begin(LoadKey key) {
    Path mark = folder.resolve(name(key) + MARK);
    try {
      try (FileChannel file =
          FileChannel.open(
              mark,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        file.write(ByteBuffer.wrap(build.getBytes()));
        file.force(false);
      }
      try (FileChannel entries = FileChannel.open(folder)) {
        entries.force(false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("journal " + mark + " cannot be written", e);
    }
  }

  /** Takes the mark away: the load ended, well or not, and the process lives. */
  public void end(LoadKey key) {
    delete(folder.resolve(name(key) + MARK));
  }

  /** Whether a process of this build died in this load. */
  public boolean unfinished(LoadKey key) {
    Path mark = folder.resolve(name(key) + MARK);
    try {
      return Files.exists(mark) && Files.readString(mark).equals(build);
    } catch (IOException e) {
      return true;
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
